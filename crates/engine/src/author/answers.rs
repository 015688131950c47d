//! Answers to what is open in a merge, as people type them: `1=ours`, `2=rename-theirs=mail`, `3=set=Decimal(8, 2)`.

use ledger::{Source, nearest};
use model::{
    Class, Default, Fault, Literal, ObjectRef, Resolution, Setting,
    merge::{Aspect, Choice, Slot},
};
use serde::de::DeserializeOwned;

use super::agenda::{Agenda, Matter};

/// Why an answer isn't one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It isn't of the form of an answer.
    #[error("`{0}` is no answer")]
    Form(String),
    /// There is no such point.
    #[error("there is no conflict {number}")]
    Number {
        /// The number given.
        number: usize,
        /// The numbers that are open.
        open: Vec<usize>,
    },
    /// Nothing of that kind can be decided.
    #[error("`{word}` is no choice for conflict {number}")]
    Word {
        /// The point.
        number: usize,
        /// The word given.
        word: String,
        /// The choices there are, as they are typed.
        offered: Vec<String>,
    },
    /// The choice needs to be told a value.
    #[error("`{word}` for conflict {number} needs a value")]
    Valueless {
        /// The point.
        number: usize,
        /// The choice.
        word: &'static str,
        /// What the value would be.
        wanted: &'static str,
        /// A value that fits.
        example: String,
    },
    /// The value can't be read.
    #[error("`{value}` is not {wanted}: {why}")]
    Value {
        /// The value given.
        value: String,
        /// What it should be.
        wanted: &'static str,
        /// What the reader says.
        why: String,
    },
    /// With it, the conflict is still there.
    #[error("`{answer}` leaves conflict {number} as it is")]
    Unsettled {
        /// The point.
        number: usize,
        /// The answer given.
        answer: String,
        /// The choices there are, as they are typed.
        offered: Vec<String>,
    },
    /// A conflict without such a choice stands in the way of answering all.
    #[error("conflict {number} has no choice `{word}`")]
    All {
        /// The point.
        number: usize,
        /// The word for all.
        word: String,
        /// The choices there are, as they are typed.
        offered: Vec<String>,
    },
}

impl Fault for AnswerError {
    fn class(&self) -> Class {
        Class::Input
    }
    fn hint(&self) -> Option<String> {
        let choices = |number: &usize, offered: &[String]| match offered {
            [] => format!("nothing can be chosen for {number}: a step of the merge's own has to settle it"),
            some => {
                let each: Vec<String> = some.iter().map(|word| format!("{number}={word}")).collect();
                format!("there is {}", each.join(", "))
            }
        };
        Some(match self {
            AnswerError::Form(_) => {
                "an answer is a number and a choice, such as 1=ours, or all=ours, or all=theirs".to_owned()
            }
            AnswerError::Number { open, .. } if open.is_empty() => "nothing is open".to_owned(),
            AnswerError::Number { open, .. } => {
                let open: Vec<String> = open.iter().map(usize::to_string).collect();
                format!("open: {}", open.join(", "))
            }
            AnswerError::Word { number, word, offered } => {
                let near = nearest(word, offered.iter().map(|o| o.split('=').next().unwrap_or(o)));
                match near {
                    Some(near) => format!("did you mean `{near}`? {}", choices(number, offered)),
                    None => choices(number, offered),
                }
            }
            AnswerError::Valueless { number, word, wanted, example } => {
                format!("give {wanted}, such as '{number}={word}={example}'")
            }
            AnswerError::Value { .. } => "write it as a draft would".to_owned(),
            AnswerError::Unsettled { number, offered, .. } | AnswerError::All { number, offered, .. } => {
                choices(number, offered)
            }
        })
    }
}

/// How a choice is typed: with the word for its value, if it takes one.
pub fn typed(choice: &Choice) -> String {
    match (&choice.slot, choice.word) {
        (None, word) => word.to_owned(),
        (Some(Slot::Value(..)), word) => format!("{word}=VALUE"),
        (Some(Slot::Name(..)), word) if choice.resolutions.is_empty() || word == "rename" => {
            format!("{word}=NAME")
        }
        (Some(Slot::Name(..)), word) => word.to_owned(),
    }
}

/// What a value for a property is, and one that fits.
pub fn wanted(aspect: Aspect) -> (&'static str, &'static str) {
    match aspect {
        Aspect::Name => ("a name", "mail"),
        Aspect::Type => ("a type", "Decimal(8, 2)"),
        Aspect::Nullable => ("true or false", "true"),
        Aspect::Default => ("a default", "Literal(0)"),
        Aspect::Initial => ("a constant", "0"),
        Aspect::Comment => ("a text", "in euros"),
    }
}

impl Agenda<'_> {
    /// Takes an answer as it was typed. One to a point that was answered before takes the place of the earlier one.
    ///
    /// # Errors
    /// When there is no such point or choice, or the value can't be read; what was decided before stays.
    pub fn answer(&mut self, text: &str) -> Result<(), AnswerError> {
        let form = || AnswerError::Form(text.to_owned());
        let (which, said) = text.split_once('=').ok_or_else(form)?;
        let (which, said) = (which.trim(), said.trim());
        if which == "all" {
            return match said {
                "ours" | "theirs" => self.answer_all(said),
                _ => Err(form()),
            };
        }
        let number: usize = which.parse().map_err(|_| form())?;
        let answered = self.answered().iter().any(|one| one.number == Some(number));
        if answered {
            self.take_back(number);
        }
        let open: Vec<usize> = self.open().map(|point| point.number).collect();
        if !open.contains(&number) {
            return Err(AnswerError::Number { number, open });
        }
        self.answer_one(number, said)
    }

    fn answer_all(&mut self, word: &str) -> Result<(), AnswerError> {
        // Each answer settles a point or fails, and points behind one are settled by the same word, so that it comes to an end.
        while let Some(number) = self.first_open() {
            self.answer_one(number, word).map_err(|error| match error {
                AnswerError::Word { number, word, offered } => AnswerError::All { number, word, offered },
                other => other,
            })?;
        }
        Ok(())
    }

    fn first_open(&self) -> Option<usize> {
        self.open().map(|point| point.number).next()
    }

    fn answer_one(&mut self, number: usize, said: &str) -> Result<(), AnswerError> {
        let Some(point) = self.point(number).cloned() else {
            return Err(AnswerError::Number { number, open: Vec::new() });
        };
        let choices = self.choices(&point);
        let offered = || choices.iter().map(typed).collect::<Vec<_>>();
        let exact = choices.iter().find(|choice| choice.word == said).map(|choice| (choice, None));
        let with_value = || {
            let (word, value) = said.split_once('=')?;
            let choice = choices.iter().find(|choice| choice.word == word.trim() && choice.slot.is_some())?;
            Some((choice, Some(value.trim())))
        };
        let Some((choice, value)) = exact.or_else(with_value) else {
            return Err(AnswerError::Word { number, word: said.to_owned(), offered: offered() });
        };
        let resolutions = match (value, &choice.slot) {
            (Some(name), Some(Slot::Name(..))) => choice.named(name),
            (Some(value), Some(slot)) => vec![filled(slot, value)?],
            (None, Some(slot)) if typed(choice) != choice.word => {
                let (wanted, example) = match slot {
                    Slot::Name(_, name) => ("a name", name.clone()),
                    Slot::Value(_, aspect) => {
                        let (wanted, example) = wanted(*aspect);
                        (wanted, example.to_owned())
                    }
                };
                return Err(AnswerError::Valueless { number, word: choice.word, wanted, example });
            }
            (None | Some(_), _) => choice.resolutions.clone(),
        };
        if self.leaves(&point.matter, &resolutions) {
            let answer = format!("{number}={said}");
            return Err(AnswerError::Unsettled { number, answer, offered: offered() });
        }
        self.decide(resolutions);
        Ok(())
    }
}

/// What a choice puts into a merge, with an example's value where it has none yet.
pub fn filled_in(choice: &Choice) -> Vec<Resolution> {
    match &choice.slot {
        Some(slot @ Slot::Value(_, aspect)) if choice.resolutions.is_empty() => {
            filled(slot, wanted(*aspect).1).into_iter().collect()
        }
        Some(_) | None => choice.resolutions.clone(),
    }
}

/// What a choice with a value of one's own comes to.
fn filled(slot: &Slot, value: &str) -> Result<Resolution, AnswerError> {
    let set = |object: &ObjectRef, to| Resolution::Set { object: *object, to };
    let (object, aspect) = match slot {
        Slot::Name(object, _) | Slot::Value(object, Aspect::Name) => {
            return Ok(Resolution::Rename { object: *object, to: value.to_owned() });
        }
        Slot::Value(object, aspect) => (object, *aspect),
    };
    let wanted = wanted(aspect).0;
    Ok(set(
        object,
        match aspect {
            Aspect::Type => Setting::Type(read(value, wanted)?),
            Aspect::Nullable => Setting::Nullable(read(value, wanted)?),
            // A bare constant is what most people will type.
            Aspect::Default => Setting::Default(match read::<Literal>(value, wanted) {
                Ok(literal) => Some(Default::Literal(literal)),
                Err(_) => read(value, wanted)?,
            }),
            Aspect::Initial => Setting::Initial(read(value, wanted)?),
            // A shell takes the quotes away.
            Aspect::Comment | Aspect::Name => {
                Setting::Comment(read(value, wanted).unwrap_or_else(|_| Some(value.to_owned())))
            }
        },
    ))
}

fn read<T: DeserializeOwned>(value: &str, wanted: &'static str) -> Result<T, AnswerError> {
    Source::new("", value).parse().map_err(|error| {
        let why = match error.hint {
            Some(hint) => format!("{}: {hint}", error.message),
            None => error.message,
        };
        AnswerError::Value { value: value.to_owned(), wanted, why }
    })
}

impl Agenda<'_> {
    /// Whether something is still open with this decided too.
    fn leaves(&self, matter: &Matter, resolutions: &[Resolution]) -> bool {
        let findings = self.joining.findings(&[self.decided(), resolutions.to_vec()].concat());
        let conflicts = findings.conflicts.into_iter().map(Matter::Conflict);
        conflicts
            .chain(findings.disagreements.into_iter().map(Matter::Disagreement))
            .any(|left| left.is_about(matter))
    }
}
