//! The proleptic Gregorian calendar as arithmetic: days since 1970-01-01, and their year, month and day.

/// Days from 0000-03-01 to 1970-01-01. Years begin with March here, so that a leap day is the last day of its year.
const EPOCH: i64 = 719_468;

/// Days in an era, which is 400 years.
const ERA: i64 = 146_097;

/// The days from 1970-01-01 to a day; whether the month has that day is not looked at.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
}

/// Year, month and day, so many days from 1970-01-01.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (era * 400 + year + i64::from(month <= 2), month, of_year - (153 * march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_way_back() {
        assert_eq!((days(1970, 1, 1), civil(0)), (0, (1970, 1, 1)));
        assert_eq!((days(2000, 2, 29), civil(11_016)), (11_016, (2000, 2, 29)));
        assert_eq!(civil(-1), (1969, 12, 31));
        let mut before = civil(-1_000_001);
        for day in -1_000_000..1_000_000 {
            let (year, month, of_month) = civil(day);
            assert_eq!(days(year, month, of_month), day);
            assert!((year, month, of_month) > before);
            before = (year, month, of_month);
        }
    }
}
