//! What merges decided, in words.

use crate::{
    id::ObjectId,
    merge::{
        called::{Called, constant, listed, tick},
        rules::{Answer, Decision, Question},
        words::Words,
    },
    resolution::{ObjectRef, Prefer, Resolution, Setting, StepRef},
};

/// What a resolution decided, as the title of a step.
pub(super) fn title(words: &Words<'_>, resolution: &Resolution) -> String {
    let quoted = |at: &StepRef| format!("“{}”", words.step_title(*at));
    match resolution {
        Resolution::Keep { step, over } => {
            let over: Vec<String> = over.iter().map(quoted).collect();
            format!("keep {} over {}", quoted(step), listed(&over))
        }
        Resolution::Order { first, then } => format!("put {} before {}", quoted(first), quoted(then)),
        Resolution::Same { a, b, prefer } => {
            let preferred = match prefer {
                Prefer::A => a,
                Prefer::B => b,
            };
            let (a, b) = (object(words, *a), object(words, *b));
            let as_is = format!("as “{}” says", words.step_title(preferred.creator()));
            match a.split_once(' ') {
                Some((kind, name)) if a == b => format!("make the two {kind}s {name} one, {as_is}"),
                _ => format!("make {a} and {b} one, {as_is}"),
            }
        }
        Resolution::Rename { object: of, to } => format!("rename {} to `{to}`", object(words, *of)),
        Resolution::Set { object: of, to } => set(&object(words, *of), to),
    }
}

/// What a resolution decided, said of the side that decided it.
pub(super) fn phrase(words: &Words<'_>, resolution: &Resolution) -> String {
    let title = title(words, resolution);
    match title.split_once(' ') {
        Some((verb, rest)) => format!("{verb}s {rest}"),
        None => title,
    }
}

/// What one merge answered to a question.
pub(super) fn answered(words: &Words<'_>, question: &Question, decision: &Decision) -> String {
    let merge = decision.by.entry.short();
    let quoted = |at: StepRef| format!("“{}”", words.step_title(at));
    let answer = match (&decision.answer, question) {
        (Answer::Void(void), Question::Steps(a, b)) => {
            format!("keeps {}", quoted(if void == a { *b } else { *a }))
        }
        (Answer::Void(void), Question::Objects(..) | Question::Aspect(..)) => {
            format!("gives up {}", quoted(*void))
        }
        (Answer::First(first), _) => format!("puts {} first", quoted(*first)),
        (Answer::One(as_is), _) => match ObjectRef::try_from(*as_is) {
            Ok(made) => {
                format!("takes {} as “{}” says", object(words, made), words.step_title(made.creator()))
            }
            Err(_) => "makes two objects one".to_owned(),
        },
        (Answer::Name(to), Question::Aspect(id, _)) => format!("names {} `{to}`", by_id(words, *id)),
        (Answer::Name(to), Question::Steps(..) | Question::Objects(..)) => format!("gives the name `{to}`"),
        (Answer::Setting(to), Question::Aspect(id, _)) => {
            let said = set(&by_id(words, *id), to);
            said.split_once(' ').map_or(said.clone(), |(verb, rest)| format!("{verb}s {rest}"))
        }
        (Answer::Setting(to), Question::Steps(..) | Question::Objects(..)) => set("an object", to),
    };
    format!("merge {merge} {answer}")
}

fn by_id(words: &Words<'_>, id: ObjectId) -> String {
    ObjectRef::try_from(id).map_or_else(|_| "an object".to_owned(), |of| object(words, of))
}

/// An object by the name it came with.
pub(super) fn object(words: &Words<'_>, of: ObjectRef) -> String {
    let scene = words.scene(of.creator());
    let database = words.joining.database_of(of.creator());
    let called = Called(words.joining.schemas(&database).chain([&scene.after]).collect());
    called.spelled(of.into())
}

fn set(of: &str, to: &Setting) -> String {
    match to {
        Setting::Type(ty) => format!("set the type of {of} to {ty}"),
        Setting::Nullable(true) => format!("allow NULL in {of}"),
        Setting::Nullable(false) => format!("forbid NULL in {of}"),
        Setting::Default(None) => format!("drop the default of {of}"),
        Setting::Default(Some(default)) => {
            use crate::column::Default;
            let value = match default {
                Default::Literal(literal) => constant(literal),
                Default::Now => "Now".to_owned(),
                Default::Uuid => "Uuid".to_owned(),
                Default::Expression(expression) => tick(&expression.0),
            };
            format!("set the default of {of} to {value}")
        }
        Setting::Initial(literal) => format!("give {of} the initial value {}", constant(literal)),
        Setting::Comment(None) => format!("remove the comment on {of}"),
        Setting::Comment(Some(text)) => format!("set the comment on {of} to {text:?}"),
    }
}
