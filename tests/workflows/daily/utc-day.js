// The day of a moment, in UTC.
const writes = { day: "date" };
const DAY = 86400000000n;

function row({ ts }) {
  const days = ts / DAY;
  return { day: Number(ts % DAY < 0n ? days - 1n : days) };
}
