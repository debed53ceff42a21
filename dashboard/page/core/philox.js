// Philox 4x64-10: ten rounds turn a counter and a key into four random words; nothing is carried from draw to draw.
// Source: Salmon, Moraes, Dror & Shaw (2011), Parallel Random Numbers: As Easy as 1, 2, 3, section 3.3 and table 2.

const WORD = (1n << 64n) - 1n;
const MULTIPLIERS = [0xd2e7470ee14c6c93n, 0xca5a826395121157n];
const WEYL = [0x9e3779b97f4a7c15n, 0xbb67ae8584caa73bn]; // what the key grows by from round to round
const ROUNDS = 10;

const words = (number, many) => Array.from({ length: many }, (_, i) => (number >> BigInt(64 * i)) & WORD);

/**
 * @param {bigint} counter of 256 bits
 * @param {bigint} key of 128 bits
 * @returns {bigint[]} (4,), words of 64 bits
 */
export function philox(counter, key) {
  let c = words(counter, 4), k = words(key, 2);
  for (let round = 0; round < ROUNDS; round++) {
    const a = MULTIPLIERS[0] * c[0], b = MULTIPLIERS[1] * c[2];
    c = [(b >> 64n) ^ c[1] ^ k[0], b & WORD, (a >> 64n) ^ c[3] ^ k[1], a & WORD];
    k = k.map((word, i) => (word + WEYL[i]) & WORD);
  }
  return c;
}
