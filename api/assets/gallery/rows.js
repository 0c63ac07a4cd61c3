// Where each tile of a gallery lies: the same rows as the style sheet makes of a single page, for any number of tiles, and
// the headings above them.

/**
 * @typedef {object} Rows
 * @property {Float64Array} lefts the distance of each tile from the beginning of its row, in pixels
 * @property {Float64Array} widths the width of each tile
 * @property {Uint32Array} rowOf the row of each tile
 * @property {number[]} firsts the first tile of each row
 * @property {number[]} tops the distance of each row from the top
 * @property {number[]} heights the height of each row
 * @property {number[]} headingOf the heading above each row; -1, where there is none
 * @property {number[]} headings the distance of each heading from the top
 * @property {number} height of all rows
 */

/**
 * Fills one row after the other, and widens each until it is full, but not the last, nor the last below a heading.
 *
 * @param {ArrayLike<number>} ratios width by height of each tile, in hundredths
 * @param {number} width of the page
 * @param {number} row the least height of a row
 * @param {number} gap between tiles
 * @param {number[]} [below] how many tiles are below each heading
 * @param {number} [head] the height of a heading
 * @returns {Rows}
 */
export function arrange(ratios, width, row, gap, below = [], head = 0) {
  const count = ratios.length;
  const lefts = new Float64Array(count);
  const widths = new Float64Array(count);
  const rowOf = new Uint32Array(count);
  const [firsts, tops, heights] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  const [headingOf, headings] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  let top = 0;
  // Where the tiles below a heading end.
  let last = below.length === 0 ? count : 0;
  for (let first = 0; first < count; ) {
    const isBelow = first === last;
    if (isBelow) {
      last = Math.min(first + (below[headings.length] ?? count), count);
      headings.push(top);
      top += head + gap;
    }
    let [end, sum] = [first, 0];
    while (end < last && (end === first || row * (sum + ratios[end] / 100) + gap * (end - first) <= width)) {
      sum += ratios[end] / 100;
      end += 1;
    }
    const gaps = gap * (end - first - 1);
    const isOpen = end === last && row * sum + gaps <= width;
    const height = isOpen ? row : (width - gaps) / sum;
    let left = 0;
    for (let index = first; index < end; index += 1) {
      lefts[index] = left;
      widths[index] = height * (ratios[index] / 100);
      rowOf[index] = firsts.length;
      left += widths[index] + gap;
    }
    firsts.push(first);
    tops.push(top);
    heights.push(height);
    headingOf.push(isBelow ? headings.length - 1 : -1);
    top += height + gap;
    first = end;
  }
  return { lefts, widths, rowOf, firsts, tops, heights, headingOf, headings, height: Math.max(top - gap, 0) };
}

/**
 * The distance of a row, or of the heading above it, from the top.
 *
 * @param {Rows} rows
 * @param {number} row
 */
export function startOf(rows, row) {
  const heading = rows.headingOf[row];
  return heading < 0 ? rows.tops[row] : rows.headings[heading];
}

/**
 * The row at a distance from the top; the nearest one, where there is none.
 *
 * @param {Rows} rows
 * @param {number} top
 */
export function rowAt(rows, top) {
  let [low, high] = [0, rows.tops.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows.tops[middle] <= top) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The tile above or below one, whose middle is nearest; the tile itself, where there is no such row.
 *
 * @param {Rows} rows
 * @param {number} index
 * @param {1 | -1} step
 */
export function beside(rows, index, step) {
  const row = rows.rowOf[index] + step;
  if (row < 0 || row >= rows.firsts.length) return index;
  const middle = rows.lefts[index] + rows.widths[index] / 2;
  const end = rows.firsts[row + 1] ?? rows.lefts.length;
  let nearest = rows.firsts[row];
  for (let other = nearest; other < end; other += 1) {
    const distance = (/** @type {number} */ tile) => Math.abs(rows.lefts[tile] + rows.widths[tile] / 2 - middle);
    if (distance(other) < distance(nearest)) nearest = other;
  }
  return nearest;
}
