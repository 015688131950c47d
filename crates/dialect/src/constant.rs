//! Constants as authors write them, in the one form that is stored or compared.

use model::calendar::{civil, days};

/// A number without exponent, needless zeros or `-0`; `None` when it isn't one.
pub fn number(text: &str) -> Option<String> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|e| (-400..=400).contains(e))?;
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = format!("{whole}{part}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = whole.len() as i32 + exponent;
    let padded = match usize::try_from(point) {
        Ok(point) => format!("{all:0<point$}"),
        Err(_) => format!("{}{all}", "0".repeat(point.unsigned_abs() as usize)),
    };
    let (whole, part) = padded.split_at(usize::try_from(point).unwrap_or(0));
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative && (whole != "0" || !part.is_empty()) { "-" } else { "" };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// A moment or time of day as it is kept where no zone is: in UTC, with six digits of fraction or none.
pub fn stored_moment(text: &str) -> String {
    let Some(mut moment) = moment(text) else { return text.to_owned() };
    if moment.ends_with("+00") {
        moment.truncate(moment.len() - 3);
    }
    if let Some((_, part)) = moment.rsplit_once('.') {
        let zeros = 6usize.saturating_sub(part.len());
        moment.extend(std::iter::repeat_n('0', zeros));
    }
    moment
}

/// A time of day or a date with one, with a blank between them, without needless zeros, its zone as UTC.
pub fn moment(text: &str) -> Option<String> {
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (Some(date), clock),
        None => (None, text),
    };
    let (clock, zone) = match clock.find(['Z', '+', '-']) {
        Some(at) => clock.split_at(at),
        None => (clock, ""),
    };
    let (clock, part) = clock.split_once('.').unwrap_or((clock, ""));
    let [hours, minutes, seconds] = numbers(clock, ':')?;
    if !part.bytes().all(|b| b.is_ascii_digit()) || clock.len() != 8 {
        return None;
    }
    let part = part.trim_end_matches('0');
    let part = if part.is_empty() { String::new() } else { format!(".{part}") };
    let Some(date) = date else {
        return zone.is_empty().then(|| format!("{clock}{part}"));
    };
    let [year, month, day] = numbers(date, '-').filter(|_| date.len() == 10)?;
    if zone.is_empty() {
        return Some(format!("{date} {clock}{part}"));
    }
    let offset = match zone {
        "Z" => 0,
        zone => {
            let (h, m) = zone[1..].split_once(':').unwrap_or((&zone[1..], "0"));
            let minutes = h.parse::<i64>().ok()? * 60 + m.parse::<i64>().ok()?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let total = days(year, month, day) * 1440 + hours * 60 + minutes - offset;
    let (year, month, day) = civil(total.div_euclid(1440));
    let (hours, minutes) = (total.rem_euclid(1440) / 60, total.rem_euclid(60));
    Some(format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02}{part}+00"))
}

fn numbers(text: &str, between: char) -> Option<[i64; 3]> {
    let mut parts = text.split(between).map(|part| part.parse::<u16>().ok().map(i64::from));
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_what_does_not_count() {
        for (text, want) in [
            ("1.50", "1.5"),
            ("-0", "0"),
            ("1e3", "1000"),
            ("15e-3", "0.015"),
            ("+007", "7"),
            ("-.5", "-0.5"),
        ] {
            assert_eq!(number(text).as_deref(), Some(want), "{text}");
        }
        assert_eq!(number("a"), None);
        assert_eq!(number("1-2"), None);
    }

    #[test]
    fn moments_are_kept_in_utc() {
        for (text, want) in [
            ("2024-02-29T12:00:00+02:00", "2024-02-29 10:00:00"),
            ("2024-01-01 00:30:00.5-01:00", "2024-01-01 01:30:00.500000"),
            ("2024-12-31T23:59:59Z", "2024-12-31 23:59:59"),
            ("2024-01-02 03:04:05.000", "2024-01-02 03:04:05"),
            ("23:59:59.5", "23:59:59.500000"),
            ("noon", "noon"),
        ] {
            assert_eq!(stored_moment(text), want, "{text}");
        }
    }
}
