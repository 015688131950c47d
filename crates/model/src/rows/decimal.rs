//! Decimal numbers in one form.

use super::EncodeError;

/// The one form of a decimal number: no plus, no zeros that don't count, no `-0`, no point at the end.
///
/// # Errors
/// When `text` isn't an optional sign, digits, and optionally a point with digits; an exponent is refused.
pub fn canonical_decimal(text: &str) -> Result<String, EncodeError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return Err(EncodeError::Decimal(text.to_owned()));
    }
    Ok(plain(negative, whole, fraction))
}

/// Writes a number from its digits before and behind the point.
pub(super) fn plain(negative: bool, whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::with_capacity(whole.len() + fraction.len() + 3);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_form() {
        let cases = [
            ("0", "0"),
            ("-0", "0"),
            ("-0.00", "0"),
            ("+007.500", "7.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("100", "100"),
            ("-12.340", "-12.34"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical_decimal(text).unwrap(), expected, "{text}");
        }
        for bad in ["", ".", "-", "1e3", "NaN", " 1", "1_0", "--1", "1.2.3"] {
            assert!(canonical_decimal(bad).is_err(), "{bad}");
        }
    }
}
