// The parts that a network is made of, for T positions at once: x is a Float32Array (T, C), row after row.

/**
 * The weights of one linear layer, W (rows, columns) and b: each row of W is whole numbers times the row's scale, as
 * `quantise` of core/models/storage.py writes them.
 * @param {Object} tensors as `safetensors` gives them
 * @param {string} name of W
 * @param {string} [biasName] of b; without it b = 0
 */
export function matrix(tensors, name, biasName) {
  const { shape: [rows, columns], data: codes } = tensors[name], scale = tensors[`${name}.scale`].data;
  if (rows % 4) throw new Error(`${name} has ${rows} rows, not a multiple of 4`);
  return { rows, columns, codes, scale, bias: biasName ? tensors[biasName].data : new Float32Array(rows) };
}

/**
 * x Wᵀ + b, (T, rows) for x (T, columns). Four rows of W at a time: a number of x is read once for the four, and their
 * sums do not wait for one another.
 */
export function linear(x, { rows, columns, codes, scale, bias }) {
  const T = x.length / columns, y = new Float32Array(T * rows);
  for (let row = 0; row < rows; row += 4) {
    for (let t = 0; t < T; t++) {
      let a = 0, b = 0, c = 0, d = 0, w = row * columns;
      for (let i = t * columns, end = i + columns; i < end; i++, w++) {
        const value = x[i];
        a += codes[w] * value;
        b += codes[w + columns] * value;
        c += codes[w + 2 * columns] * value;
        d += codes[w + 3 * columns] * value;
      }
      const at = t * rows + row;
      y[at] = a * scale[row] + bias[row];
      y[at + 1] = b * scale[row + 1] + bias[row + 1];
      y[at + 2] = c * scale[row + 2] + bias[row + 2];
      y[at + 3] = d * scale[row + 3] + bias[row + 3];
    }
  }
  return y;
}

/** Row `id` of W, added to `x` from `at` on. */
export function addRow(x, at, { columns, codes, scale }, id) {
  for (let i = 0; i < columns; i++) x[at + i] += codes[id * columns + i] * scale[id];
}

export const EPSILON = 1e-5;

/** (x − mean) / √(variance + ε) · weight + bias, position by position. Source: Ba, Kiros & Hinton (2016). */
export function layerNorm(x, { weight, bias }) {
  const C = weight.length, y = new Float32Array(x.length);
  for (let t = 0; t < x.length; t += C) {
    let sum = 0, squares = 0;
    for (let i = t; i < t + C; i++) sum += x[i];
    const mean = sum / C;
    for (let i = t; i < t + C; i++) squares += (x[i] - mean) ** 2;
    const spread = Math.sqrt(squares / C + EPSILON);
    for (let i = 0; i < C; i++) y[t + i] = ((x[t + i] - mean) / spread) * weight[i] + bias[i];
  }
  return y;
}

/** GELU by its tanh formula, in place. Source: Hendrycks & Gimpel (2016). */
export function gelu(x) {
  const c = Math.sqrt(2 / Math.PI);
  for (let i = 0; i < x.length; i++) x[i] = 0.5 * x[i] * (1 + Math.tanh(c * (x[i] + 0.044715 * x[i] * x[i] * x[i])));
  return x;
}

/** x + y, a new array. */
export function plus(x, y) {
  const sum = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) sum[i] = x[i] + y[i];
  return sum;
}
