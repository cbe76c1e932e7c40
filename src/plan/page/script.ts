/** What the page of a plan does: sorts and filters its table. Without it the page says the same. */

export const SCRIPT = `
'use strict';
const table = document.getElementById('changes');
if (table !== null) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const headers = [...table.tHead.rows[0].cells];
  const keyOf = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;
  const sortBy = (header) => {
    const column = headers.indexOf(header);
    const isNumber = header.classList.contains('n');
    const first = isNumber ? 'descending' : 'ascending';
    const other = isNumber ? 'ascending' : 'descending';
    const order = header.getAttribute('aria-sort') === first ? other : first;
    for (const each of headers) each.removeAttribute('aria-sort');
    header.setAttribute('aria-sort', order);
    const sign = order === 'ascending' ? 1 : -1;
    const compare = isNumber
      ? (a, b) => Number(a) - Number(b)
      : (a, b) => a.localeCompare(b);
    rows.sort((a, b) => sign * compare(keyOf(a, column), keyOf(b, column)));
    body.append(...rows);
  };
  for (const header of headers) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    button.addEventListener('click', () => sortBy(header));
    header.replaceChildren(button);
  }
  const filter = document.createElement('input');
  filter.type = 'search';
  filter.placeholder = 'Filter by name, rule or person';
  filter.setAttribute('aria-label', filter.placeholder);
  const shown = document.createElement('span');
  shown.className = 'soft';
  shown.setAttribute('role', 'status');
  const show = () => {
    const words = filter.value.toLowerCase().split(/\\s+/);
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) count++;
    }
    shown.textContent = filter.value.trim() === '' ? '' : count + ' of ' + rows.length + ' rows';
  };
  filter.addEventListener('input', show);
  document.getElementById('filter').append(filter, shown);
}
`;
