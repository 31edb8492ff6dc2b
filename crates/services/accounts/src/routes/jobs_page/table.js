/** Rows of tables that are drawn again and again under the eyes and fingers of somebody. */

/** Writes `text` into `node` unless it is there: what is selected or read aloud stays so. */
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function cell(row, n, text, className = '') {
  while (row.cells.length <= n) row.append(document.createElement('td'));
  const td = row.cells[n];
  td.className = className;
  put(td, text);
}

/**
 * Makes the rows of `body` those of `items`. Rows that stay are kept, with the focus in them; where it
 * was in one that goes, `lost` gets it.
 */
export function fill(body, items, key, draw, lost) {
  const old = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const kept = new Set(items.map(key));
  const hadFocus = body.contains(document.activeElement);
  for (const [name, row] of old) if (!kept.has(name)) row.remove();
  items.forEach((item, n) => {
    const row = old.get(key(item)) ?? document.createElement('tr');
    row.dataset.key = key(item);
    if (body.rows[n] !== row) body.insertBefore(row, body.rows[n] ?? null);
    draw(row, item);
  });
  if (hadFocus && !body.contains(document.activeElement)) lost.focus();
}
