//! One normal text for an expression or query, whether an author wrote it or the server gave it back.
//!
//! The server rewrites what it keeps: `x IN (1, 2)` comes back as `(x = ANY (ARRAY[1, 2]))`, text gets casts, columns get
//! qualifiers, parentheses come and go. Both texts are read by the same operator-precedence parser, which knows those
//! rewritings, leaves out casts, qualifiers and aliases, and prints every operation in parentheses of its own.

mod select_list;
mod set_operations;

use crate::lexer::{Reading, Token, TokenKind, tokens};

use super::{operators, text_value};

/// The normal text of an expression or query.
pub fn normal(sql: &str) -> String {
    let mut parser = Parser { tokens: tokens(sql.trim().trim_end_matches(';'), Reading::default()), at: 0 };
    join(&parser.sequence(&[]))
}

/// A quoted or bare name as it is compared: bare when it needs no quotes, else in quotes.
pub fn name_text(token: &Token<'_>) -> String {
    let name = match token.kind {
        TokenKind::Quoted => token.name().unwrap_or_default(),
        _ => return token.text.to_lowercase(),
    };
    let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit();
    if !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty() && name.chars().all(plain) {
        return name;
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An operand or operation, printed, with what its surroundings must know.
struct Node {
    text: String,
    /// Its parts, when it is a chain of this word.
    chain: Option<(&'static str, Vec<String>)>,
    /// Whether it is a clause word or comma.
    clause: bool,
    /// The name it was given behind it.
    alias: Option<String>,
}

impl Node {
    fn plain(text: impl Into<String>) -> Node {
        Node { text: text.into(), chain: None, clause: false, alias: None }
    }

    fn is_clause(&self, word: &str) -> bool {
        self.clause && self.text == word
    }

    fn operation(left: &Node, operator: &str, right: &Node) -> Node {
        Node::plain(format!("({} {operator} {})", left.text, right.text))
    }

    fn chained(word: &'static str, nodes: [Node; 2]) -> Node {
        let mut parts = Vec::new();
        for node in nodes {
            match node.chain {
                Some((other, inner)) if other == word => parts.extend(inner),
                _ => parts.push(node.text),
            }
        }
        let text = format!("({})", parts.join(&format!(" {word} ")));
        Node { chain: Some((word, parts)), ..Node::plain(text) }
    }
}

fn join(nodes: &[Node]) -> String {
    nodes.iter().map(|node| node.text.as_str()).collect::<Vec<_>>().join(" ")
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn ahead(&self, n: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + n).copied()
    }

    fn next_is(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(n, word)| self.ahead(n).is_some_and(|t| t.is_word(word) || t.is_symbol(word)))
    }

    fn eat(&mut self, words: &[&str]) -> bool {
        let there = self.next_is(words);
        self.at += if there { words.len() } else { 0 };
        there
    }

    /// Expressions, clause words and commas up to one of the symbols or words, which stays.
    fn sequence(&mut self, until: &[&str]) -> Vec<Node> {
        let mut out: Vec<Node> = Vec::new();
        let mut operand_before = false;
        while let Some(token) = self.peek() {
            if until.iter().any(|end| token.is_symbol(end) || token.is_word(end)) {
                break;
            }
            if token.is_word("as")
                && !self.ahead(1).is_some_and(|t| t.is_symbol("(") || t.is_word("materialized"))
            {
                self.at += 1;
                self.alias(&mut out);
            } else if token.is_word("nulls") && self.needless_nulls(&out) {
                self.at += 2;
            } else if token.is_symbol(",") || self.is_clause_word(token) {
                self.at += 1;
                operand_before = false;
                if !operators::is_noise(token.text) {
                    out.push(Node { clause: true, ..Node::plain(token.text.to_lowercase()) });
                }
            } else if operand_before && matches!(token.kind, TokenKind::Word | TokenKind::Quoted) {
                self.alias(&mut out);
            } else {
                out.push(self.expression(0));
                operand_before = true;
            }
        }
        select_list::resolve(&mut out);
        set_operations::resolve(&mut out);
        out
    }

    /// Whether `NULLS FIRST` or `NULLS LAST` is at hand and says what the direction says already.
    fn needless_nulls(&self, out: &[Node]) -> bool {
        let descending = out.last().is_some_and(|node| node.is_clause("desc"));
        self.ahead(1).is_some_and(|t| t.is_word(if descending { "first" } else { "last" }))
    }

    /// Takes the name that stands behind the last expression, which nothing but `ORDER BY` and `GROUP BY` looks at.
    fn alias(&mut self, out: &mut [Node]) {
        let name = self.peek().map(|token| name_text(&token));
        self.at += 1;
        if let Some(last) = out.last_mut() {
            last.alias = name;
        }
    }

    fn is_clause_word(&self, token: Token<'a>) -> bool {
        if token.kind != TokenKind::Word {
            return false;
        }
        let before = self.at.checked_sub(1).and_then(|n| self.tokens.get(n));
        let after_word = |words: &[&str]| before.is_some_and(|t| words.iter().any(|w| t.is_word(w)));
        let next = self.ahead(1);
        let opens = next.is_some_and(|t| t.is_symbol("("));
        match token.text.to_ascii_lowercase().as_str() {
            "by" => after_word(&["group", "order", "partition"]),
            "over" | "filter" | "within" => before.is_some_and(|t| t.is_symbol(")")),
            "partition" => next.is_some_and(|t| t.is_word("by")),
            "nulls" => next.is_some_and(|t| t.is_word("first") || t.is_word("last")),
            "first" | "last" => after_word(&["nulls"]),
            "recursive" => after_word(&["with"]),
            "left" | "right" => !opens,
            word => operators::is_clause(word),
        }
    }

    fn expression(&mut self, least: u8) -> Node {
        let mut left = self.prefix();
        while let Some((power, length)) = self.infix() {
            if power < least {
                break;
            }
            left = self.operation(left, power, length);
        }
        left
    }

    /// The binding power of the operator at hand, and how many tokens it has.
    fn infix(&self) -> Option<(u8, usize)> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Symbol => operators::power(token.text).map(|power| (power, 1)),
            TokenKind::Word => operators::word_power(&|words| self.next_is(words)),
            _ => None,
        }
    }

    fn operation(&mut self, left: Node, power: u8, length: usize) -> Node {
        let words: Vec<String> =
            self.tokens[self.at..self.at + length].iter().map(|t| t.text.to_lowercase()).collect();
        self.at += length;
        let operator = words.join(" ");
        match operator.as_str() {
            "::" => {
                let ty = self.type_name();
                Node::plain(operators::cast(left.text, &ty))
            }
            "[" => {
                let inner = join(&self.sequence(&["]"]));
                self.eat(&["]"]);
                Node::plain(format!("{}[{inner}]", left.text))
            }
            "and" => Node::chained("and", [left, self.expression(power + 1)]),
            "or" => Node::chained("or", [left, self.expression(power + 1)]),
            "is" | "is not" => {
                let what = self.expression(power + 1);
                Node::operation(&left, &operator, &what)
            }
            "isnull" => Node::plain(format!("({} is null)", left.text)),
            "notnull" => Node::plain(format!("({} is not null)", left.text)),
            "between" | "not between" => self.between(left, operator.starts_with("not")),
            "in" | "not in" => self.membership(left, operator.starts_with("not")),
            _ => {
                let right = self.expression(power + 1);
                if self.eat(&["escape"]) {
                    let escape = self.expression(power + 1);
                    let pattern = Node::plain(format!("like_escape({} , {})", right.text, escape.text));
                    return Node::operation(&left, operators::spelled(&operator), &pattern);
                }
                Node::operation(&left, operators::spelled(&operator), &right)
            }
        }
    }

    fn between(&mut self, left: Node, not: bool) -> Node {
        let low = self.expression(operators::ABOVE_COMPARISON);
        self.eat(&["and"]);
        let high = self.expression(operators::ABOVE_COMPARISON);
        let (low_sign, high_sign, word) = if not { ("<", ">", "or") } else { (">=", "<=", "and") };
        Node::chained(
            word,
            [Node::operation(&left, low_sign, &low), Node::operation(&left, high_sign, &high)],
        )
    }

    fn membership(&mut self, left: Node, not: bool) -> Node {
        let word = if not { "not in" } else { "in" };
        let (equal, quantor) = if not { ("<>", "all") } else { ("=", "any") };
        if !self.eat(&["("]) {
            let right = self.expression(operators::ABOVE_COMPARISON);
            return Node::operation(&left, equal, &right);
        }
        let query = self.next_is(&["select"]) || self.next_is(&["with"]);
        let items = self.sequence(&[")"]);
        self.eat(&[")"]);
        match items.as_slice() {
            many if query => Node::plain(format!("({} {word} ({}))", left.text, join(many))),
            [one] => Node::operation(&left, equal, one),
            many => Node::plain(format!("({} {equal} {quantor}(array[{}]))", left.text, join(many))),
        }
    }

    fn prefix(&mut self) -> Node {
        let Some(token) = self.peek() else { return Node::plain("") };
        self.at += 1;
        match token.kind {
            TokenKind::Number => {
                Node::plain(crate::constant::number(token.text).unwrap_or_else(|| token.text.to_owned()))
            }
            TokenKind::Text => Node::plain(text_value::literal(token)),
            TokenKind::Symbol => self.prefix_symbol(token.text),
            TokenKind::Quoted => self.name(token),
            TokenKind::Word => self.prefix_word(token),
        }
    }

    fn prefix_symbol(&mut self, symbol: &str) -> Node {
        match symbol {
            "(" => {
                let mut inner = self.bracketed();
                match inner.as_slice() {
                    [one] if !one.clause => inner.remove(0),
                    _ => Node::plain(format!("({})", join(&inner))),
                }
            }
            "*" => Node::plain("*"),
            "-" | "+" => {
                let operand = self.expression(operators::UNARY);
                match crate::constant::number(&format!("{symbol}{}", operand.text)) {
                    Some(number) => Node::plain(number),
                    None => Node::plain(format!("({symbol} {})", operand.text)),
                }
            }
            other => Node::plain(other),
        }
    }

    fn bracketed(&mut self) -> Vec<Node> {
        let inner = self.sequence(&[")"]);
        self.eat(&[")"]);
        inner
    }

    fn prefix_word(&mut self, token: Token<'a>) -> Node {
        let word = token.text.to_ascii_lowercase();
        let next = self.peek();
        match word.as_str() {
            "not" => {
                let operand = self.expression(operators::NOT);
                Node::plain(format!("(not {})", operand.text))
            }
            "case" => {
                let mut inner = self.sequence(&["end"]);
                self.eat(&["end"]);
                if matches!(inner.as_slice(), [.., word, value] if word.text == "else" && value.text == "null")
                {
                    inner.truncate(inner.len() - 2);
                }
                Node::plain(format!("case {} end", join(&inner)))
            }
            "array" if self.eat(&["["]) => {
                let inner = join(&self.sequence(&["]"]));
                self.eat(&["]"]);
                Node::plain(format!("array[{inner}]"))
            }
            "cast" if self.eat(&["("]) => {
                let operand = self.expression(0);
                self.eat(&["as"]);
                let ty = self.type_name();
                self.eat(&[")"]);
                Node::plain(operators::cast(operand.text, &ty))
            }
            // `date '2020-01-01'` is a literal with its type in front.
            _ if next.is_some_and(|t| t.kind == TokenKind::Text) && operators::is_type_word(&word) => {
                let literal = self.prefix();
                Node::plain(operators::cast(literal.text, &word))
            }
            _ => self.name(token),
        }
    }

    /// A name, without what qualifies it; with its arguments when it is a call.
    fn name(&mut self, mut token: Token<'a>) -> Node {
        while self.eat(&["."]) {
            match self.peek() {
                Some(next) => token = next,
                None => break,
            }
            self.at += 1;
        }
        let name = if token.is_symbol("*") { "*".to_owned() } else { name_text(&token) };
        if !self.eat(&["("]) {
            return Node::plain(name);
        }
        let mut arguments = self.bracketed();
        if name == "trim" && !arguments.iter().any(|word| word.text == "from") {
            arguments.splice(0..0, [Node::plain("both"), Node::plain("from")]);
        }
        Node::plain(format!("{name}({})", join(&arguments)))
    }

    /// A type's name behind a cast: words, size and array brackets.
    fn type_name(&mut self) -> String {
        let mut out = String::new();
        while let Some(token) = self.peek() {
            let first = out.is_empty();
            let goes_on = match token.kind {
                TokenKind::Quoted => first || out.ends_with('.'),
                TokenKind::Word => first || out.ends_with('.') || operators::continues_type(&out, token.text),
                _ => token.is_symbol("."),
            };
            if !goes_on {
                break;
            }
            let part = if token.is_symbol(".") { ".".to_owned() } else { name_text(&token) };
            let blank = if first || out.ends_with('.') || part == "." { "" } else { " " };
            out = format!("{out}{blank}{part}");
            self.at += 1;
            if self.eat(&["("]) {
                self.sequence(&[")"]);
                self.eat(&[")"]);
            }
        }
        while self.eat(&["["]) {
            self.sequence(&["]"]);
            self.eat(&["]"]);
        }
        out
    }
}

#[cfg(test)]
mod tests;
