//! The sentence that says why two steps don't commute.

use crate::{
    effects::{Facet, Mode, Resource, Scope},
    id::ObjectId,
    lowered::Lowered,
    merge::{Meeting, called::Called, doing::Doing, namesakes},
    schema::fold_name,
};

/// One side of a sentence: a step, or a resolution with the phrase for it.
pub(super) struct Told<'a> {
    pub label: &'a str,
    pub phrase: Option<String>,
    pub changes: Vec<Lowered>,
}

impl Told<'_> {
    /// What the step is about: of several changes the last.
    pub(super) fn change(&self) -> Option<&Lowered> {
        self.changes.last()
    }

    /// What it does.
    fn says(&self, called: &Called<'_>) -> String {
        self.to(called, None)
    }

    /// What it does to what the sentence spoke of before.
    fn to(&self, called: &Called<'_>, it: Option<ObjectId>) -> String {
        match (&self.phrase, self.change()) {
            (Some(phrase), _) => phrase.clone(),
            (None, Some(change)) => Doing::new(called, it).to_it(change),
            (None, None) => "does something".to_owned(),
        }
    }

    /// Whether what it says names an object: SQL names the tables it touches, and nothing in them.
    fn names(&self, id: ObjectId) -> bool {
        match self.change() {
            Some(Lowered::Sql { declares, touches: Some(tables), .. }) if declares.is_empty() => {
                tables.contains(&id)
            }
            Some(_) | None => true,
        }
    }

    /// Whether it runs SQL that reaches everything.
    fn reaches(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Lowered::Sql { touches: None, .. }))
    }
}

/// The object that a step drops as a whole.
fn dropped(change: &Lowered) -> Option<ObjectId> {
    match change {
        Lowered::DropTable { table: id }
        | Lowered::DropColumn { column: id, .. }
        | Lowered::DropConstraint { constraint: id, .. }
        | Lowered::DropIndex { index: id, .. }
        | Lowered::DropEnum { of: id }
        | Lowered::DropEnumValue { value: id, .. }
        | Lowered::DropExtension { extension: id }
        | Lowered::DropView { view: id } => Some(*id),
        _ => None,
    }
}

/// Why the steps meet; `counts` says how many steps of each side do. The sentence is about the most telling meeting.
pub(super) fn reason(
    meetings: &[Meeting],
    counts: (usize, usize),
    ours: &Told<'_>,
    theirs: &Told<'_>,
    called: &Called<'_>,
) -> String {
    let Some(meeting) = meetings.iter().min_by_key(|m| rank(m, ours, theirs)) else {
        return format!("{} {}, {} {}", ours.label, ours.says(called), theirs.label, theirs.says(called));
    };
    let hub = match counts {
        (1, 1) => None,
        (1, many) => Some((ours, many, theirs)),
        (many, _) => Some((theirs, many, ours)),
    };
    if let Some((hub, many, others)) = hub {
        let says = hub.says(called);
        return match meeting.resource {
            Resource::Everything => {
                format!("{} {says}, {} has {many} steps beside it", hub.label, others.label)
            }
            _ => format!("{} {says}, which {many} steps of {} use", hub.label, others.label),
        };
    }
    Sentence { ours, theirs, called }.of(meeting)
}

/// How telling a meeting is; the least says most.
fn rank(meeting: &Meeting, ours: &Told<'_>, theirs: &Told<'_>) -> u8 {
    let written = matches!((meeting.ours, meeting.theirs), (Mode::Write(_), Mode::Write(_)));
    let ends = meeting.ours == Mode::Destroy || meeting.theirs == Mode::Destroy;
    let all = || ours.changes.iter().chain(&theirs.changes);
    match &meeting.resource {
        Resource::Everything => 0,
        Resource::Object(id) if ends => {
            if all().any(|change| dropped(change) == Some(*id)) {
                1
            } else {
                2
            }
        }
        Resource::Name(_, name) if written => {
            let main = |change: &Lowered| main_name(change).is_some_and(|own| fold_name(own) == *name);
            if all().any(main) { 3 } else { 4 }
        }
        Resource::Name(..) => 5,
        Resource::Facet(..) if written => 6,
        Resource::Cells(_) if written => 7,
        Resource::Facet(..) => 8,
        Resource::Cells(_) => 9,
        Resource::Rows(_) => 10,
        Resource::Members(_) => 11,
        Resource::Object(_) => 12,
    }
}

/// The name a step is about.
fn main_name(change: &Lowered) -> Option<&str> {
    match change {
        Lowered::CreateTable(new) => Some(&new.name),
        Lowered::AddColumn { column, .. } => Some(&column.name),
        Lowered::AddConstraint { constraint, .. } => Some(&constraint.name),
        Lowered::CreateIndex { index, .. } => Some(&index.name),
        Lowered::CreateEnum(new) => Some(&new.name),
        Lowered::AddEnumValue { value, .. } => Some(&value.name),
        Lowered::CreateView(new) => Some(&new.name),
        Lowered::CreateExtension(new) => Some(&new.name),
        other => new_name(other),
    }
}

/// The name that a step gives to an object that had another.
fn new_name(change: &Lowered) -> Option<&str> {
    match change {
        Lowered::RenameTable { to, .. }
        | Lowered::RenameColumn { to, .. }
        | Lowered::RenameConstraint { to, .. }
        | Lowered::RenameIndex { to, .. }
        | Lowered::RenameEnumValue { to, .. } => Some(to),
        _ => None,
    }
}

struct Sentence<'a> {
    ours: &'a Told<'a>,
    theirs: &'a Told<'a>,
    called: &'a Called<'a>,
}

impl Sentence<'_> {
    fn of(&self, meeting: &Meeting) -> String {
        if meeting.resource != Resource::Everything && meeting.ours.commutes(meeting.theirs) {
            return self.one_then(self.ours, self.theirs, None, ", and the two don't fit together");
        }
        let written = matches!((meeting.ours, meeting.theirs), (Mode::Write(_), Mode::Write(_)));
        match &meeting.resource {
            Resource::Everything => self.everything(),
            Resource::Object(id) | Resource::Cells(id) | Resource::Rows(id)
                if [meeting.ours, meeting.theirs].contains(&Mode::Destroy) =>
            {
                self.ended(*id, meeting)
            }
            Resource::Name(scope, name) => self.name(*scope, name, written),
            Resource::Facet(id, facet) if written => self.both_set(*id, *facet),
            Resource::Facet(id, facet) => self.facet(*id, *facet, meeting),
            Resource::Cells(id) if written => self.both_write(*id),
            Resource::Rows(id) => self.rows(*id, meeting),
            Resource::Members(id) => self.members(*id, meeting),
            Resource::Cells(id) | Resource::Object(id) => {
                let (writer, reader) = self.sided(meeting);
                self.one_then(writer, reader, Some(*id), "")
            }
        }
    }

    /// The side that changes something, and the one that depends on it.
    fn sided(&self, meeting: &Meeting) -> (&Told<'_>, &Told<'_>) {
        let weight = |mode| match mode {
            Mode::Destroy => 4,
            Mode::Write(_) => 3,
            Mode::Extend => 2,
            Mode::Read | Mode::Need => 1,
        };
        if weight(meeting.ours) >= weight(meeting.theirs) {
            (self.ours, self.theirs)
        } else {
            (self.theirs, self.ours)
        }
    }

    /// One step, and then what the other does to the same thing.
    fn one_then(&self, one: &Told<'_>, other: &Told<'_>, it: Option<ObjectId>, tail: &str) -> String {
        let (says, then) = (one.says(self.called), other.to(self.called, it.filter(|id| one.names(*id))));
        format!("{} {says}, {} {then}{tail}", one.label, other.label)
    }

    fn everything(&self) -> String {
        match (self.ours.reaches(), self.theirs.reaches()) {
            (true, true) => "both run SQL that doesn't say what it touches".to_owned(),
            (false, true) => self.one_then(self.theirs, self.ours, None, ""),
            (true, false) | (false, false) => self.one_then(self.ours, self.theirs, None, ""),
        }
    }

    fn ended(&self, id: ObjectId, meeting: &Meeting) -> String {
        let (ends, uses) = self.sided(meeting);
        if ends.phrase.is_some() {
            // A merge made void what brought it into being.
            let (what, then) = (self.called.spelled(id), uses.to(self.called, Some(id)));
            return format!("{} decided against {what}, {} {then}", ends.label, uses.label);
        }
        if let (Some(Lowered::DropColumn { table: id, .. }), Some(Lowered::DropColumn { .. })) =
            (ends.change(), uses.change())
        {
            let left = self.called.grows(*id);
            let tail = if left { "none left in between" } else { "none left" };
            return self.one_then(
                self.ours,
                self.theirs,
                None,
                &format!(", and the table would have {tail}"),
            );
        }
        let it = ends.changes.iter().find_map(dropped).unwrap_or(id);
        self.one_then(ends, uses, Some(it), "")
    }

    fn name(&self, scope: Scope, name: &str, written: bool) -> String {
        if let Scope::Singletons(of) = scope {
            let table = self.called.spelled(of);
            return match (name, self.ours.change()) {
                ("primary key", _) => format!("both give {table} a primary key"),
                ("identity", _) => format!("both give {table} an identity column"),
                (_, Some(Lowered::Populate(step))) => {
                    let (rows, key) = (self.called.relation(step.table), self.called.spelled(of));
                    format!("both add rows to `{rows}`, and some have the same values in {key}")
                }
                (_, Some(_) | None) => self.one_then(self.ours, self.theirs, None, ""),
            };
        }
        let (ours, theirs) = (&self.ours.changes, &self.theirs.changes);
        let pair = (namesakes::new(ours, scope, name), namesakes::new(theirs, scope, name));
        if let (Some(a), Some(b), true) = (pair.0, pair.1, written) {
            let labels = (self.ours.label, self.theirs.label);
            if let Some(both) = namesakes::both(&a, &b, labels, self.called) {
                return both;
            }
        }
        let tail = format!(", and only one of the two can be called `{name}`");
        self.one_then(self.ours, self.theirs, None, &tail)
    }

    fn both_set(&self, id: ObjectId, facet: Facet) -> String {
        let what = self.called.spelled(id);
        let name = self.called.thing(id).map_or_else(|| what.clone(), |(_, name)| name);
        let pair = |of: &dyn Fn(&Lowered) -> Option<String>| {
            let side = |told: &Told<'_>| told.changes.iter().rev().find_map(of);
            Some(format!("{} / {}", side(self.ours)?, side(self.theirs)?))
        };
        let said = match facet {
            Facet::Name => pair(&|c| new_name(c).map(|to| format!("`{to}`")))
                .map(|pair| format!("both rename {what}: {pair}")),
            Facet::Type => pair(&|c| match c {
                Lowered::ChangeType { to, .. } => Some(self.called.ty(to)),
                _ => None,
            })
            .map(|pair| match pair.split_once(" / ") {
                Some((a, b)) if a == b => format!("both set the type of {name} to {a}, computed differently"),
                _ => format!("both set the type of {name}: {pair}"),
            }),
            Facet::Nullable => pair(&|c| match c {
                Lowered::SetNullable { nullable: true, .. } => Some("allowed".to_owned()),
                Lowered::SetNullable { nullable: false, .. } => Some("forbidden".to_owned()),
                _ => None,
            })
            .map(|pair| format!("both say whether {name} may be NULL: {pair}")),
            Facet::Default => pair(&|c| match c {
                Lowered::SetDefault { to, .. } => Some(self.called.default(to.as_ref())),
                _ => None,
            })
            .map(|pair| format!("both set the default of {name}: {pair}")),
            Facet::Comment => pair(&|c| match c {
                Lowered::SetComment { to, .. } => {
                    Some(to.as_ref().map_or_else(|| "none".to_owned(), |text| format!("{text:?}")))
                }
                _ => None,
            })
            .map(|pair| format!("both set the comment on {what}: {pair}")),
            Facet::Definition => {
                let replaces = |told: &Told<'_>| matches!(told.change(), Some(Lowered::ReplaceView { .. }));
                let both = replaces(self.ours) && replaces(self.theirs);
                both.then(|| format!("both replace {what}, differently"))
            }
        };
        said.unwrap_or_else(|| self.one_then(self.ours, self.theirs, Some(id), ""))
    }

    fn facet(&self, id: ObjectId, facet: Facet, meeting: &Meeting) -> String {
        let (writer, reader) = self.sided(meeting);
        match facet {
            Facet::Name => {
                let (says, then) = (writer.says(self.called), reader.says(self.called));
                format!("{} {says}, {} {then} and calls it by its old name", writer.label, reader.label)
            }
            Facet::Type | Facet::Nullable | Facet::Default | Facet::Definition | Facet::Comment => {
                self.one_then(writer, reader, Some(id), "")
            }
        }
    }

    fn both_write(&self, id: ObjectId) -> String {
        let fills = |told: &Told<'_>| matches!(told.change(), Some(Lowered::Backfill(_)));
        if fills(self.ours) && fills(self.theirs) {
            let name = self.called.thing(id).map_or_else(|| self.called.spelled(id), |(_, name)| name);
            return format!("both backfill {name}, and which comes last counts");
        }
        match (fills(self.ours), fills(self.theirs)) {
            (true, false) => self.one_then(self.theirs, self.ours, Some(id), ""),
            _ => self.one_then(self.ours, self.theirs, Some(id), ""),
        }
    }

    fn rows(&self, id: ObjectId, meeting: &Meeting) -> String {
        let (writer, reader) = self.sided(meeting);
        if !matches!(writer.change(), Some(Lowered::Populate(_) | Lowered::Derive(_))) {
            return self.one_then(writer, reader, Some(id), "");
        }
        let tail = match reader.change() {
            Some(
                Lowered::SetNullable { .. } | Lowered::AddConstraint { .. } | Lowered::CreateIndex { .. },
            ) => ", which have to keep to it",
            Some(Lowered::AddColumn { .. }) => ", which know nothing of it",
            Some(Lowered::Derive(step)) if step.into.iter().any(|into| into.table == id) => {
                ", and some may have the same values where they have to differ"
            }
            Some(Lowered::Derive(_)) => ", and whether it reads those depends on the order",
            Some(Lowered::Backfill(_)) => ", and whether it fills those depends on the order",
            _ => ", and whether it meets those depends on the order",
        };
        self.one_then(reader, writer, None, tail)
    }

    fn members(&self, id: ObjectId, meeting: &Meeting) -> String {
        let (writer, reader) = self.sided(meeting);
        let ordered = self.called.thing(id).is_some_and(|(kind, _)| kind == "enum");
        let tail = if ordered { " in rows chosen by the order of its values" } else { "" };
        if ordered {
            return self.one_then(writer, reader, None, tail);
        }
        self.one_then(writer, reader, Some(id), tail)
    }
}
