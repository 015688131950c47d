//! Draws a history's graph with plain characters, one lane a line of entries.

use model::EntryId;

/// The lanes between the rows drawn so far and those to come: each waits for an entry.
#[derive(Default)]
pub struct Lanes {
    waiting: Vec<Option<EntryId>>,
}

/// One entry's rows.
pub struct Drawn {
    /// Lanes that end in the entry from above.
    pub above: Vec<String>,
    /// The row with the entry's mark.
    pub line: String,
    /// Lanes that begin at the entry.
    pub below: Vec<String>,
}

impl Lanes {
    /// Draws an entry and leads its lane on to its parents. Entries come newest first.
    pub fn entry(&mut self, id: EntryId, parents: &[EntryId]) -> Drawn {
        let mine = match self.waiting.iter().position(|lane| *lane == Some(id)) {
            Some(lane) => lane,
            None => self.free(0, id),
        };
        let mut above = Vec::new();
        while let Some(other) =
            self.waiting.iter().rposition(|lane| *lane == Some(id)).filter(|lane| *lane > mine)
        {
            self.waiting[other] = None;
            above.push(self.link(mine, other, '/'));
        }
        let line = self.row(Some(mine));
        self.waiting[mine] = parents.first().copied();
        let mut below = Vec::new();
        for parent in parents.iter().skip(1) {
            let lane = self.free(mine + 1, *parent);
            self.waiting[lane] = None;
            below.push(self.link(mine, lane, '\\'));
            self.waiting[lane] = Some(*parent);
        }
        while self.waiting.last() == Some(&None) {
            self.waiting.pop();
        }
        Drawn { above, line, below }
    }

    /// Takes the first free lane from `from` on.
    fn free(&mut self, from: usize, id: EntryId) -> usize {
        let found = self.waiting.iter().enumerate().position(|(lane, waits)| lane >= from && waits.is_none());
        let lane = found.unwrap_or_else(|| {
            self.waiting.push(None);
            self.waiting.len() - 1
        });
        self.waiting[lane] = Some(id);
        lane
    }

    fn row(&self, mark: Option<usize>) -> String {
        let mut row = String::new();
        for (lane, waits) in self.waiting.iter().enumerate() {
            row.push(match (mark == Some(lane), waits) {
                (true, _) => '*',
                (false, Some(_)) => '|',
                (false, None) => ' ',
            });
            row.push(' ');
        }
        row.trim_end().to_owned()
    }

    /// The row in which one lane meets another.
    fn link(&self, mine: usize, other: usize, slope: char) -> String {
        let mut row: Vec<char> = self.row(None).chars().collect();
        row.resize(row.len().max(other * 2), ' ');
        let between = row[mine * 2 + 1..other * 2 - 1].iter_mut();
        between.filter(|place| **place == ' ').for_each(|place| *place = '_');
        row[other * 2 - 1] = slope;
        row.into_iter().collect::<String>().trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(entries: &[(u8, &[u8])]) -> String {
        let id = |n: &u8| model::Digest([*n; 32]);
        let mut lanes = Lanes::default();
        let mut text = String::new();
        for (entry, parents) in entries {
            let drawn = lanes.entry(id(entry), &parents.iter().map(id).collect::<Vec<_>>());
            let rows = drawn.above.into_iter().chain([format!("{} {entry}", drawn.line)]).chain(drawn.below);
            rows.for_each(|row| text.push_str(&format!("{row}\n")));
        }
        text
    }

    #[test]
    fn a_merge_opens_and_closes_lanes() {
        let text = draw(&[(5, &[3, 4]), (4, &[2]), (3, &[1]), (2, &[1]), (1, &[])]);
        assert_eq!(text, "* 5\n|\\\n| * 4\n* | 3\n| * 2\n|/\n* 1\n");
    }

    #[test]
    fn two_heads_stand_side_by_side() {
        assert_eq!(draw(&[(3, &[1]), (2, &[1]), (1, &[])]), "* 3\n| * 2\n|/\n* 1\n");
    }
}
