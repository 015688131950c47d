//! Suggestions for mistyped names.

/// Words of other tools and databases, with what is said here.
const HABITS: &[(&str, &str)] = &[
    ("String", "Text"),
    ("Str", "Text"),
    ("Clob", "Text"),
    ("Int", "Integer"),
    ("Int2", "SmallInt"),
    ("Int4", "Integer"),
    ("Int8", "BigInt"),
    ("Boolean", "Bool"),
    ("Float", "Double"),
    ("Float4", "Real"),
    ("Float8", "Double"),
    ("Numeric", "Decimal"),
    ("VarChar", "Varchar"),
    ("Blob", "Bytes"),
    ("Bytea", "Bytes"),
    ("Binary", "Bytes"),
    ("DateTime", "Timestamp"),
    ("Datetime", "Timestamp"),
    ("Jsonb", "Json"),
    ("AlterType", "ChangeType"),
    ("AlterColumn", "ChangeType"),
    ("RemoveColumn", "DropColumn"),
    ("AddIndex", "CreateIndex"),
    ("RemoveIndex", "DropIndex"),
    ("RunSql", "Sql"),
    ("Execute", "Sql"),
    ("Seed", "Populate"),
];

/// Returns the candidate a writer most likely meant, or nothing when none is close.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let same_letters = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    if let Some((_, meant)) = HABITS.iter().find(|(habit, _)| same_letters(habit, word))
        && candidates.contains(meant)
    {
        return Some((*meant).to_owned());
    }
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .iter()
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), *candidate))
        .filter(|(far, _)| *far <= limit)
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}

/// Counts the letters to insert, delete, replace or swap between two words of at most 64 letters.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_or_a_lost_letter_is_found() {
        assert_eq!(nearest("colum", ["table", "column", "comment"]).as_deref(), Some("column"));
        assert_eq!(nearest("tabel", ["table", "column"]).as_deref(), Some("table"));
        assert_eq!(nearest("addcolumn", ["AddColumn", "AddCheck"]).as_deref(), Some("AddColumn"));
    }

    #[test]
    fn habits_of_other_tools_are_known() {
        assert_eq!(nearest("String", ["Text", "Integer"]).as_deref(), Some("Text"));
        assert_eq!(nearest("String", ["up", "down"]), None);
    }

    #[test]
    fn nothing_close_is_nothing() {
        assert_eq!(nearest("frobnicate", ["table", "column"]), None);
    }
}
