// Numbers as a reader types them, read as dashboard.language.parse_number reads them.
const FLOAT = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;

/**
 * "0,83", "0.83", "83%" and "1/4" as numbers.
 * @param {string} text
 * @returns {number}
 * @throws {RangeError} when the text is not one finite number
 */
export function parseNumber(text) {
  if (text.length > 100) throw new RangeError("too long for a number");
  const plain = text.trim().replaceAll("−", "-").replaceAll(" ", "");
  if (plain.endsWith("%")) return parseNumber(plain.slice(0, -1)) / 100;
  const slash = plain.indexOf("/");
  if (slash >= 0) {
    const bottom = parseNumber(plain.slice(slash + 1));
    if (bottom === 0) throw new RangeError("division by zero");
    const quotient = parseNumber(plain.slice(0, slash)) / bottom;
    if (!Number.isFinite(quotient)) throw new RangeError("not a finite number");
    return quotient;
  }
  const point = plain.replaceAll(",", ".").trim(), value = Number(point.replaceAll("_", ""));
  if (!FLOAT.test(point) || !Number.isFinite(value)) throw new RangeError("not a number");
  return value;
}
