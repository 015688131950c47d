//! Exact numbers: their one text, and PostgreSQL's binary form of base-10000 digits.

/// Brings a decimal number into its one text: no exponent, no trailing zeros behind the point, no `-0`.
pub fn canonical(text: &str) -> Option<String> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (body, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) || exponent.unsigned_abs() > 20_000 {
        return None;
    }
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
    Some(place(negative, &all, point))
}

/// Prints digits with the point behind the first `point` of them.
fn place(negative: bool, digits: &str, point: i64) -> String {
    let at = usize::try_from(point).unwrap_or(0);
    let padded = format!("{digits}{}", "0".repeat(at.saturating_sub(digits.len())));
    let (whole, fraction) = padded.split_at(at);
    let lead = "0".repeat(usize::try_from(-point).unwrap_or(0));
    let whole = whole.trim_start_matches('0');
    let fraction = format!("{lead}{fraction}");
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::new();
    if negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Reads PostgreSQL's binary numeric; NaN and the infinities have no portable value.
pub fn from_postgres(bytes: &[u8]) -> Option<String> {
    let word = |at: usize| Some(u16::from_be_bytes(bytes.get(at * 2..at * 2 + 2)?.try_into().ok()?));
    let (count, weight, sign) = (usize::from(word(0)?), i64::from(word(1)? as i16), word(2)?);
    if !matches!(sign, 0x0000 | 0x4000) || bytes.len() != 8 + count * 2 {
        return None;
    }
    let mut digits = String::from("0");
    for at in 0..count {
        digits.push_str(&format!("{:04}", word(4 + at)?));
    }
    Some(place(sign == 0x4000, &digits, (weight + 1) * 4 + 1))
}

/// Writes PostgreSQL's binary numeric of a decimal text.
pub fn to_postgres(text: &str) -> Option<Vec<u8>> {
    let text = canonical(text)?;
    let (negative, body) = text.strip_prefix('-').map_or((false, text.as_str()), |body| (true, body));
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let front = "0".repeat((4 - whole.len() % 4) % 4);
    let back = "0".repeat((4 - fraction.len() % 4) % 4);
    let scale = u16::try_from(fraction.len()).ok().filter(|scale| *scale < 0x4000)?;
    let all = format!("{front}{whole}{fraction}{back}");
    let mut weight = i16::try_from((front.len() + whole.len()) / 4).ok()? - 1;
    let mut groups = Vec::new();
    for group in all.as_bytes().chunks(4) {
        let value = group.iter().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        if value == 0 && groups.is_empty() {
            weight -= 1;
            continue;
        }
        groups.push(value);
    }
    while groups.last() == Some(&0) {
        groups.pop();
    }
    if groups.is_empty() {
        weight = 0;
    }
    let mut out = Vec::with_capacity(8 + groups.len() * 2);
    out.extend(u16::try_from(groups.len()).ok()?.to_be_bytes());
    out.extend(weight.to_be_bytes());
    out.extend(if negative { 0x4000u16 } else { 0 }.to_be_bytes());
    out.extend(scale.to_be_bytes());
    groups.iter().for_each(|group| out.extend(group.to_be_bytes()));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_text() {
        for (text, wanted) in [
            ("1.50", "1.5"),
            ("-0.00", "0"),
            ("+007", "7"),
            (".5", "0.5"),
            ("1e3", "1000"),
            ("12.5E-4", "0.00125"),
            ("-1.25e1", "-12.5"),
            ("0e5", "0"),
            ("100", "100"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(wanted), "{text}");
        }
        for text in ["", "-", ".", "1.2.3", "NaN", "1e", "0x1", "1e99999"] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn postgres_binary_comes_back() {
        for text in [
            "0",
            "1",
            "-1",
            "10000",
            "0.0001",
            "0.00001",
            "123456789.987654321",
            "-99999999999999999999.5",
            "12345000",
        ] {
            assert_eq!(from_postgres(&to_postgres(text).unwrap()).as_deref(), Some(text));
        }
        assert_eq!(to_postgres("10000.0001").unwrap(), [0, 3, 0, 1, 0, 0, 0, 4, 0, 1, 0, 0, 0, 1]);
        assert_eq!(from_postgres(&[0, 0, 0, 0, 0xC0, 0, 0, 0]), None);
        assert_eq!(from_postgres(&[0, 9, 0]), None);
    }
}
