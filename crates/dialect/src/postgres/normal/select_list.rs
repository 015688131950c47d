//! `ORDER BY 2` and `ORDER BY total` mean what stands in the select list, and the server writes that out.

use super::{Node, join};

/// Replaces numbers and aliases behind `BY` by what they stand for in the select list before it.
pub(super) fn resolve(nodes: &mut [Node]) {
    let combined = ["union", "intersect", "except"];
    if nodes.iter().any(|node| combined.iter().any(|word| node.is_clause(word))) {
        return;
    }
    let Some(select) = nodes.iter().position(|node| node.is_clause("select")) else { return };
    let end = nodes
        .iter()
        .position(|node| node.is_clause("from"))
        .filter(|end| *end > select)
        .unwrap_or(nodes.len());
    let items: Vec<(Option<String>, String)> = nodes[select + 1..end]
        .split(|node| node.is_clause(","))
        .map(|item| {
            let from = item.iter().take_while(|node| node.is_clause("distinct")).count();
            (item.last().and_then(|node| node.alias.clone()), join(&item[from..]))
        })
        .collect();
    let (mut in_list, mut at_item) = (false, false);
    for node in &mut nodes[end..] {
        if node.clause {
            in_list = node.is_clause("by") || (in_list && [",", "desc"].contains(&node.text.as_str()));
            at_item = in_list && !node.is_clause("desc");
        } else if std::mem::take(&mut at_item) {
            let by_number = node.text.parse::<usize>().ok().and_then(|n| items.get(n.checked_sub(1)?));
            let by_name = || items.iter().find(|(alias, _)| alias.as_deref() == Some(node.text.as_str()));
            if let Some((_, text)) = by_number.or_else(by_name) {
                node.text.clone_from(text);
            }
        }
    }
}
