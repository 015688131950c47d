//! Dates and times of day as the integers of rows, and their ISO text: exact, without a calendar crate.

use model::calendar::{civil, days};

const DAY: i64 = 86_400_000_000;

/// Days since 1970-01-01 of a proleptic Gregorian day, if there is such a day.
pub fn date(year: i64, month: u32, day: u32) -> Option<i32> {
    if !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return None;
    }
    i32::try_from(days(year, i64::from(month), i64::from(day))).ok()
}

fn days_in(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Microseconds since midnight; 24:00:00 is the only value of that hour.
pub fn time(hour: u32, minute: u32, second: u32, micros: u32) -> Option<i64> {
    if hour > 24 || minute > 59 || second > 59 || micros > 999_999 {
        return None;
    }
    let all = i64::from(hour * 3_600 + minute * 60 + second) * 1_000_000 + i64::from(micros);
    (all <= DAY).then_some(all)
}

/// Joins a day and a time of day.
pub fn timestamp(days: i32, time: i64) -> i64 {
    i64::from(days) * DAY + time
}

/// Prints a day as `YYYY-MM-DD`.
pub fn print_date(days: i32) -> String {
    let (year, month, day) = civil(i64::from(days));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Prints a time of day as `HH:MM:SS`, with six digits of fraction where it isn't zero.
pub fn print_time(time: i64) -> String {
    let (seconds, micros) = (time.div_euclid(1_000_000), time.rem_euclid(1_000_000));
    let text = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if micros == 0 { text } else { format!("{text}.{micros:06}") }
}

/// Prints a timestamp as `YYYY-MM-DD HH:MM:SS`, with six digits of fraction where it isn't zero.
pub fn print_timestamp(micros: i64) -> String {
    let (year, month, day) = civil(micros.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02} {}", print_time(micros.rem_euclid(DAY)))
}

/// Reads `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Option<i32> {
    let (negative, body) = text.strip_prefix('-').map_or((false, text), |body| (true, body));
    let mut parts = body.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() < 4 || year.len() > 6 {
        return None;
    }
    let year = i64::from(digits(year)?);
    date(if negative { -year } else { year }, two(month)?, two(day)?)
}

/// Reads `HH:MM[:SS[.ffffff]]`; digits behind the sixth must be zero.
pub fn parse_time(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, f)| (clock, Some(f)));
    let mut parts = clock.split(':');
    let (hour, minute) = (two(parts.next()?)?, two(parts.next()?)?);
    let second = parts.next();
    if parts.next().is_some() || (fraction.is_some() && second.is_none()) {
        return None;
    }
    let micros = match fraction {
        None => 0,
        Some(fraction) => {
            let known = fraction.get(..6).unwrap_or(fraction);
            if !fraction.get(known.len()..)?.bytes().all(|byte| byte == b'0') {
                return None;
            }
            digits(known)? * 10u32.pow(6 - u32::try_from(known.len()).ok()?)
        }
    };
    time(hour, minute, second.map_or(Some(0), two)?, micros)
}

/// Reads a day, a blank or `T`, a time; with `zone`, an offset may follow (none means UTC), without it none may.
pub fn parse_timestamp(text: &str, zone: bool) -> Option<i64> {
    let at = text.find([' ', 'T', 't'])?;
    let (day, clock) = (text.get(..at)?, text.get(at + 1..)?);
    let cut = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, offset) = clock.split_at(cut);
    if !zone && !offset.is_empty() {
        return None;
    }
    let local = timestamp(parse_date(day)?, parse_time(clock)?);
    Some(local - parse_offset(offset)? * 60_000_000)
}

fn parse_offset(text: &str) -> Option<i64> {
    let sign = match text.as_bytes().first() {
        None => return Some(0),
        Some(b'Z' | b'z') => return (text.len() == 1).then_some(0),
        Some(b'+') => 1,
        Some(_) => -1,
    };
    let body = text.get(1..)?;
    let (hours, minutes) = match body.len() {
        2 => (body, "00"),
        4 => body.split_at_checked(2)?,
        _ => body.split_once(':')?,
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours <= 15 && minutes <= 59).then_some(sign * i64::from(hours * 60 + minutes))
}

fn two(text: &str) -> Option<u32> {
    if text.len() == 2 { digits(text) } else { None }
}

fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for days in -150_000..150_000 {
            assert_eq!(parse_date(&print_date(days)), Some(days));
        }
        assert_eq!(
            (date(1970, 1, 1), date(2000, 3, 1), date(1969, 12, 31)),
            (Some(0), Some(11_017), Some(-1))
        );
        assert_eq!((date(1900, 2, 29), date(2000, 2, 29)), (None, Some(11_016)));
        assert_eq!(print_date(date(12_345, 6, 7).unwrap()), "12345-06-07");
        assert_eq!(print_date(date(1, 1, 1).unwrap()), "0001-01-01");
    }

    #[test]
    fn times_are_exact() {
        assert_eq!(parse_time("23:59:59.999999"), Some(DAY - 1));
        assert_eq!((parse_time("24:00:00"), parse_time("24:00:01")), (Some(DAY), None));
        assert_eq!(
            (parse_time("01:02"), parse_time("01:02:03.5")),
            (Some(3_720_000_000), Some(3_723_500_000))
        );
        assert_eq!(
            (parse_time("01:02:03.0000001"), parse_time("01:02:03.1000000")),
            (None, Some(3_723_100_000))
        );
        assert_eq!(
            (parse_time("1:02:03"), parse_time("01:60:00"), parse_time("01:02:03.")),
            (None, None, None)
        );
        assert_eq!(print_time(3_723_500_000), "01:02:03.500000");
    }

    #[test]
    fn timestamps_know_zones_and_the_time_before_1970() {
        assert_eq!(print_timestamp(-1), "1969-12-31 23:59:59.999999");
        assert_eq!(parse_timestamp("1969-12-31 23:59:59.999999", false), Some(-1));
        assert_eq!(parse_timestamp("1970-01-01T02:00:00+02:00", true), Some(0));
        assert_eq!(parse_timestamp("1970-01-01 00:00:00-01", true), Some(3_600_000_000));
        assert_eq!(parse_timestamp("1970-01-01T00:00:00Z", true), Some(0));
        assert_eq!(parse_timestamp("1970-01-01T00:00:00Z", false), None);
        assert_eq!(parse_timestamp("2024-02-30 00:00:00", true), None);
        assert_eq!(parse_timestamp("1970-01-01", true), None);
        assert_eq!(parse_timestamp("é970-01-01 00:00:00+é0", true), None);
    }
}
