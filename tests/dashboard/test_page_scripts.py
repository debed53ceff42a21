"""The modules of the page become one plain script."""

from contextlib import closing
from graphlib import CycleError

import pytest
from py_mini_racer import MiniRacer

from dashboard.page.scripts import bundle, core_script

MODULES = {
    "entry": 'import { twice } from "./numbers.js"; // a reason\n\nexport { one } from "./numbers.js";\nexport const two = twice(1);\n',
    "numbers": "const two = 2;\nexport const one = 1;\nexport function twice(x) {\n  return two * x;\n}\n",
}


def run(script: str, expression: str) -> str:
    with closing(MiniRacer()) as racer:
        racer.eval("globalThis.Page = { kept: 1 };")
        racer.eval(script)
        return racer.eval(f"JSON.stringify({expression})")


def test_a_plain_script_publishes_what_the_entry_exports_beside_what_is_there():
    assert run(bundle(MODULES, {"Page.sums": "entry"}), "Page") == '{"kept":1,"sums":{"one":1,"two":2}}'
    assert run(bundle(dict(reversed(MODULES.items())), {"Other.sums": "entry"}), "Other.sums.two") == "2"


def test_the_same_modules_make_the_same_script():
    assert bundle(MODULES, {"Page.sums": "entry"}) == bundle(dict(reversed(MODULES.items())), {"Page.sums": "entry"})


@pytest.mark.parametrize(
    "text, error",
    [
        ('import { three } from "./numbers.js";\n', ImportError),
        ('import { twice } from "./nowhere.js";\n', ImportError),
        ('export { three } from "./numbers.js";\n', ImportError),
        ('import { one } from "./numbers.js";\nexport const x = one;\n', CycleError),
    ],
)
def test_an_import_that_leads_nowhere_or_round_in_a_circle_is_refused(text, error):
    numbers = MODULES["numbers"] + ('import { x } from "./entry.js";\n' if error is CycleError else "")
    with pytest.raises(error):
        bundle({"entry": text, "numbers": numbers}, {"Page.sums": "entry"})


def test_the_script_of_the_page_needs_no_modules_and_leaves_one_name():
    script = core_script()
    assert not [line for line in script.splitlines() if line.startswith(("import ", "export "))]
    with closing(MiniRacer()) as racer:
        before = racer.eval("Object.getOwnPropertyNames(globalThis).length")
        racer.eval(script)
        assert racer.eval("Object.getOwnPropertyNames(globalThis).length") == before + 1
        assert racer.eval("typeof globalThis.Amostra.core.topK") == "function"
