//! Writes a tree with no more brackets than its structure needs.

use super::Tree;

/// How tightly an operator binds; calls and leaves bind tightest.
pub(super) fn strength(operator: &str) -> u8 {
    match operator {
        "or" => 1,
        "xor" => 2,
        "and" => 3,
        "not" => 4,
        "is"
        | "is not"
        | "="
        | "<>"
        | "<"
        | ">"
        | "<="
        | ">="
        | "<=>"
        | "is distinct from"
        | "is not distinct from" => 5,
        "is null" | "is not null" | "is true" | "is false" | "is not true" | "is not false" => 5,
        "in" | "not in" | "like" | "not like" | "ilike" | "not ilike" | "similar to" | "not similar to"
        | "glob" | "not glob" | "regexp" | "not regexp" | "rlike" | "match" | "escape" => 6,
        "+" | "-" => 9,
        "*" | "/" | "%" => 10,
        "^" => 11,
        "collate" | "at time zone" => 13,
        _ => 8,
    }
}

const PREFIX: u8 = 12;
const TIGHTEST: u8 = 20;

pub(super) fn print(tree: &Tree) -> String {
    match tree {
        Tree::Leaf(text) | Tree::Raw(text) => text.clone(),
        Tree::Prefix(operator, operand) if operator == "not" => format!("not {}", inside(operand, 5)),
        Tree::Prefix(operator, operand) if operator.ends_with(|c: char| c.is_alphanumeric()) => {
            format!("{operator} {}", inside(operand, PREFIX))
        }
        Tree::Prefix(operator, operand) => format!("{operator}{}", inside(operand, TIGHTEST)),
        Tree::Postfix(operand, operator) if operator.starts_with(['[', '.']) => {
            format!("{}{operator}", inside(operand, TIGHTEST))
        }
        Tree::Postfix(operand, operator) => format!("{} {operator}", inside(operand, strength(operator) + 1)),
        Tree::Infix(left, operator, right) => {
            let own = strength(operator);
            // `and` and `or` are the same however they are grouped; other operators lean left.
            let right_at_least = if matches!(operator.as_str(), "and" | "or") { own } else { own + 1 };
            format!("{} {operator} {}", inside(left, own), inside(right, right_at_least))
        }
        Tree::Call(name, arguments) => {
            let mut out = format!("{name}(");
            for (i, (word, argument)) in arguments.iter().enumerate() {
                let blank = i > 0 && word != ",";
                out.push_str(if blank { " " } else { "" });
                out.push_str(word);
                out.push_str(if word.is_empty() { "" } else { " " });
                out.push_str(&print(argument));
            }
            out + ")"
        }
        Tree::List(items) => format!("({})", list(items)),
        Tree::Array(items) => format!("array[{}]", list(items)),
        Tree::Case(operand, branches, otherwise) => {
            let mut out = "case".to_owned();
            if let Some(operand) = operand {
                out.push_str(&format!(" {}", print(operand)));
            }
            for (when, then) in branches {
                out.push_str(&format!(" when {} then {}", print(when), print(then)));
            }
            if let Some(otherwise) = otherwise {
                out.push_str(&format!(" else {}", print(otherwise)));
            }
            out + " end"
        }
    }
}

fn list(items: &[Tree]) -> String {
    items.iter().map(print).collect::<Vec<_>>().join(", ")
}

fn inside(tree: &Tree, at_least: u8) -> String {
    let own = match tree {
        Tree::Prefix(operator, _) if operator == "not" => 4,
        Tree::Prefix(..) => PREFIX,
        Tree::Postfix(_, operator) if operator.starts_with(['[', '.']) => TIGHTEST,
        Tree::Postfix(_, operator) | Tree::Infix(_, operator, _) => strength(operator),
        _ => TIGHTEST,
    };
    if own < at_least { format!("({})", print(tree)) } else { print(tree) }
}
