// What an exercise answers, option by option, as its page says it.

/**
 * The answers of an exercise, or of a bet that its answer opens; copies of what the page says, which has no state.
 * @param {HTMLFormElement} form
 * @param {Element} [opened] the box that opens a bet
 * @returns {{label: Node[], right: boolean, said: Node[]}[]} the right one first
 */
export function answersOf(form, opened) {
  const found = opened ? ofBet(form, opened) : [...form.querySelectorAll(".am-answers dd")].filter((one) => one.dataset.answer !== "unreadable")
    .map((one) => ({ label: copies(one.previousElementSibling), ...told(one.childNodes) }));
  return found.sort((a, b) => b.right - a.right);
}

/** What is said whatever the answer was: what came out. */
export function outcome(form, opened) {
  const after = opened ? [...opened.children].filter((one) => !one.matches(".am-kind, .am-opened, template")) : [form.querySelector("[data-reveal]")];
  return after.filter(Boolean).map((one) => one.cloneNode(true));
}

function ofBet(form, opened) {
  return [...opened.querySelectorAll("template[data-bet]")].map((one) => ({
    label: copies(form.querySelector(`[value="${CSS.escape(one.dataset.bet)}"]`).nextElementSibling), ...told([...one.content.childNodes].slice(1)),
  }));
}

function told(nodes) {
  const all = [...nodes], right = all.some((one) => one.matches?.(".am-verdict.am-right"));
  return { right, said: all.filter((one) => !one.matches?.(".am-verdict")).map((one) => one.cloneNode(true)) };
}

const copies = (node) => [...node.childNodes].map((one) => one.cloneNode(true));
