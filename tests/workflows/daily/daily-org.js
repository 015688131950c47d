// What an organisation used on a day. Rows come by rising key, so that sums of floats are the same every time.
const writes = {
  date: "date",
  org_id: "varchar",
  call_count: "integer",
  kwh: "double",
  water_l: "double",
  co2_kg: "double",
};

function batch(rows) {
  const days = [];
  for (const row of rows) {
    if (row["@group"] === days.length) {
      days.push({ date: row.day, org_id: row.org_id, call_count: 0, kwh: 0, water_l: 0, co2_kg: 0 });
    }
    const day = days[days.length - 1];
    day.call_count += 1;
    day.kwh += row.kwh;
    day.water_l += row.water_l;
    day.co2_kg += row.co2_kg;
  }
  return days;
}
