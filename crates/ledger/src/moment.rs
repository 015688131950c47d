//! Moments as entries claim them: RFC 3339 in UTC, to the second, spelled one way only.

use model::calendar::civil;

/// Tells whether a text is `YYYY-MM-DDTHH:MM:SSZ` and names a second that exists (leap seconds don't count).
pub fn is_moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:ddZ";
    let fits = |(byte, want): (&u8, &u8)| if *want == b'd' { byte.is_ascii_digit() } else { byte == want };
    if bytes.len() != shape.len() || !bytes.iter().zip(shape).all(fits) {
        return false;
    }
    let number =
        |from: usize, to: usize| bytes[from..to].iter().fold(0u32, |n, b| n * 10 + u32::from(b - b'0'));
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    year >= 1
        && (1..=days).contains(&day)
        && number(11, 13) < 24
        && number(14, 16) < 60
        && number(17, 19) < 60
}

/// Spells a moment given as seconds since 1970-01-01 in UTC; `None` outside the years 1 to 9999.
pub fn moment(seconds: i64) -> Option<String> {
    let days = seconds.div_euclid(86_400);
    let second = seconds.rem_euclid(86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    (1..=9999)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_spelling_of_seconds_that_exist() {
        for good in
            ["2026-11-20T10:18:48Z", "2024-02-29T00:00:00Z", "2000-02-29T23:59:59Z", "0001-01-01T00:00:00Z"]
        {
            assert!(is_moment(good), "{good}");
        }
        for bad in [
            "2026-11-20T24:00:00Z",
            "2026-11-20T23:59:60Z",
            "2026-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-11-20T10:18:48+00:00",
            "2026-11-20T10:18:48.0Z",
            "2026-11-20t10:18:48z",
            "2026-11-20 10:18:48Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "",
        ] {
            assert!(!is_moment(bad), "{bad}");
        }
    }

    #[test]
    fn seconds_are_spelled() {
        assert_eq!(moment(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(moment(951_782_399).as_deref(), Some("2000-02-28T23:59:59Z"));
        assert_eq!(moment(951_782_400).as_deref(), Some("2000-02-29T00:00:00Z"));
        assert_eq!(moment(1_795_169_928).as_deref(), Some("2026-11-20T10:18:48Z"));
        assert_eq!(moment(-1).as_deref(), Some("1969-12-31T23:59:59Z"));
        assert_eq!(moment(i64::MAX), None);
        for days in -700_000..2_900_000i64 {
            let text = moment(days * 86_400 + 1).expect("these days are within the years 1 to 9999");
            assert!(is_moment(&text), "{text}");
        }
    }
}
