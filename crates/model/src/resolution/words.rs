//! Resolutions in words, and what the objects they speak of are called.

use super::{ObjectRef, Prefer, Resolution, Setting, StepRef};
use crate::{
    canonical::to_canonical, column::Default, expression::Expression, id::ObjectId, literal::Literal,
    schema::Schema,
};

impl Resolution {
    /// What it decides, in a line; the steps and objects it speaks of are called what `step` and `object` call them. Names
    /// stand as they are: whoever prints escapes them.
    pub fn describe(
        &self,
        step: &mut dyn FnMut(StepRef) -> String,
        object: &mut dyn FnMut(ObjectRef) -> String,
    ) -> String {
        match self {
            Resolution::Keep { step: kept, over } => {
                let kept = step(*kept);
                let over: Vec<String> = over.iter().map(|other| step(*other)).collect();
                format!("keeps {kept} over {}", over.join(" and "))
            }
            Resolution::Same { a, b, prefer } => {
                let (a, b) = (object(*a), object(*b));
                let as_is = match prefer {
                    Prefer::A => "first",
                    Prefer::B => "second",
                };
                format!("makes {a} and {b} one, defined as the {as_is}")
            }
            Resolution::Rename { object: of, to } => format!("renames {} to {to}", object(*of)),
            Resolution::Set { object: of, to } => to.describe(&object(*of)),
            Resolution::Order { first, then } => {
                let first = step(*first);
                format!("puts {first} before {}", step(*then))
            }
        }
    }
}

impl Setting {
    fn describe(&self, of: &str) -> String {
        match self {
            Setting::Type(ty) => format!("gives {of} the type {ty}"),
            Setting::Nullable(true) => format!("lets {of} be NULL"),
            Setting::Nullable(false) => format!("keeps {of} from being NULL"),
            Setting::Default(None) => format!("takes the default of {of} away"),
            Setting::Default(Some(value)) => format!("gives {of} the default {}", default(value)),
            Setting::Initial(value) => {
                format!("gives {of} the initial value {}", literal(value))
            }
            Setting::Comment(None) => format!("takes the comment on {of} away"),
            Setting::Comment(Some(text)) => format!("comments on {of}: {text}"),
        }
    }
}

fn default(value: &Default) -> String {
    match value {
        Default::Literal(value) => literal(value),
        Default::Now => "now".to_owned(),
        Default::Uuid => "a random UUID".to_owned(),
        Default::Expression(Expression(text)) => text.clone(),
    }
}

fn literal(value: &Literal) -> String {
    to_canonical(value).map_or_else(|_| "?".to_owned(), |text| text.trim_end().to_owned())
}

impl Schema {
    /// What an object is and is called, such as `column notes.score`; nothing for one that isn't there.
    pub fn describe_object(&self, id: ObjectId) -> Option<String> {
        let of_table = self.tables().find_map(|table| {
            let column = table.column(id).map(|c| format!("column {}.{}", table.name, c.name));
            let constraint =
                || table.constraint(id).map(|c| format!("constraint {} of {}", c.name, table.name));
            let index = || table.index(id).map(|i| format!("index {} on {}", i.name, table.name));
            column.or_else(constraint).or_else(index)
        });
        let of_enum = || {
            let value = |of: &crate::schema::Enum| {
                of.value(id).map(|v| format!("value {} of enum {}", v.name, of.name))
            };
            self.enums().find_map(value)
        };
        let of_view = || {
            self.views().find_map(|view| {
                let column = view.columns.iter().find(|c| c.id == id)?;
                Some(format!("column {}.{}", view.name, column.name))
            })
        };
        let whole = self.table(id).map(|table| format!("table {}", table.name));
        whole
            .or_else(|| self.enum_(id).map(|of| format!("enum {}", of.name)))
            .or_else(|| self.view(id).map(|view| format!("view {}", view.name)))
            .or_else(|| self.extensions().find(|e| e.id == id).map(|e| format!("extension {}", e.name)))
            .or(of_table)
            .or_else(of_enum)
            .or_else(of_view)
    }
}
