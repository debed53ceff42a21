// Tokens per word over the size of the vocabulary.

/**
 * @param {{sizes: number[], texts: {words: number, tokens: number[]}[]}} data how many words a text has, and tokens at each size
 * @param {{stop}} settings the size
 */
export function vocabularySize({ sizes, texts }, { stop }) {
  const curve = sizes.map((size, k) => {
    const perWord = texts.map(({ words, tokens }) => tokens[k] / words);
    return { size, here: size, ratio: perWord[1] / perWord[0], ...Object.fromEntries(perWord.map((y, i) => [`y${i}`, y])) };
  });
  return { rows: curve.filter(({ size }) => size === stop), curve };
}
