// A row for each organisation and day: how many events, what they sum up to, and the organisation's name.
const writes = { org: "varchar", day: "date", events: "integer", amount: "big_int", name: "text" };

function batch(rows) {
  const names = new Map(strat.lookup("orgs").map((one) => [one.code, one.name]));
  const out = [];
  for (const row of rows) {
    if (row["@group"] === out.length) {
      out.push({ org: row.org, day: row.day, events: 0, amount: 0n, name: names.get(row.org) ?? null });
    }
    const group = out[out.length - 1];
    group.events += 1;
    group.amount += row.amount;
  }
  return out;
}
