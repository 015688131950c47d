//! `UNION` and its kin bring their brackets, and what follows a query comes in one order: as the server writes both.

use super::{Node, join};

/// Puts `OFFSET` before `LIMIT`, and each operation on sets that another one takes as its side in brackets.
pub(super) fn resolve(nodes: &mut Vec<Node>) {
    let limit = nodes.iter().position(|node| node.is_clause("limit"));
    if let Some(limit) = limit.filter(|at| nodes.get(at + 2).is_some_and(|node| node.is_clause("offset")))
        && limit + 4 <= nodes.len()
    {
        nodes[limit..limit + 4].rotate_left(2);
    }
    let (first, last) = (nodes.iter().position(is_operator), nodes.iter().rposition(is_operator));
    let (Some(first), Some(last)) = (first, last) else { return };
    if first == last {
        return;
    }
    // What orders and limits the whole stands behind the last side.
    let is_tail =
        |node: &Node| ["order", "limit", "offset", "fetch", "for"].iter().any(|word| node.is_clause(word));
    let end = nodes[last..].iter().position(is_tail).map_or(nodes.len(), |at| last + at);
    let tail = nodes.split_off(end);
    let head = nodes.iter().position(|node| node.is_clause("select")).filter(|at| *at < first).unwrap_or(0);
    let body = nodes.split_off(head);
    let (sides, operators) = split(&body);
    // It is no operand: brackets around it stay.
    nodes.push(Node { clause: true, ..Node::plain(combined(sides, operators)) });
    nodes.extend(tail);
}

fn is_operator(node: &Node) -> bool {
    ["union", "intersect", "except"].iter().any(|word| node.is_clause(word))
}

fn split(body: &[Node]) -> (Vec<String>, Vec<String>) {
    let (mut sides, mut operators, mut from, mut at) = (Vec::new(), Vec::new(), 0, 0);
    while at < body.len() {
        if is_operator(&body[at]) {
            sides.push(join(&body[from..at]));
            let all = body.get(at + 1).is_some_and(|node| node.is_clause("all") || node.text == "all");
            operators.push(format!("{}{}", body[at].text, if all { " all" } else { "" }));
            from = at + 1 + usize::from(all);
        }
        at += 1;
    }
    sides.push(join(&body[from..]));
    (sides, operators)
}

/// `INTERSECT` binds tighter than the others, which go from left to right; a left side of the same kind needs no brackets.
fn combined(sides: Vec<String>, operators: Vec<String>) -> String {
    let mut sides = sides.into_iter();
    let mut done: Vec<(String, Option<String>)> = sides.next().map(|side| (side, None)).into_iter().collect();
    let mut waiting: Vec<String> = Vec::new();
    for (operator, side) in operators.into_iter().zip(sides) {
        if operator.starts_with("intersect") {
            let left = done.pop().unwrap_or_default();
            done.push(joined(left, operator, (side, None)));
        } else {
            waiting.push(operator);
            done.push((side, None));
        }
    }
    let mut sides = done.into_iter();
    let first = sides.next().unwrap_or_default();
    waiting.into_iter().zip(sides).fold(first, |left, (operator, right)| joined(left, operator, right)).0
}

fn joined(
    left: (String, Option<String>),
    operator: String,
    right: (String, Option<String>),
) -> (String, Option<String>) {
    let bracketed = |text: String, needed: bool| if needed { format!("({text})") } else { text };
    let other = left.1.as_ref().is_some_and(|own| *own != operator);
    let text = format!("{} {operator} {}", bracketed(left.0, other), bracketed(right.0, right.1.is_some()));
    (text, Some(operator))
}
