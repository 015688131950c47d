//! Reads an expression by operator strength; gives up (`None`) on what it doesn't know.

use super::{
    Tree, flat, leaf,
    print::strength,
    words::{ENDS, WORDS, cast, type_length},
};
use crate::lexer::{Token, TokenKind};

/// The whole slice as one expression.
pub(super) fn expression(all: &[Token<'_>]) -> Option<Tree> {
    let mut parser = Parser { all, at: 0 };
    let tree = parser.expression(0)?;
    (parser.at == all.len()).then_some(tree)
}

struct Parser<'a> {
    all: &'a [Token<'a>],
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token<'a>> {
        self.all.get(self.at)
    }

    fn words(&mut self, words: &[&str]) -> bool {
        let rest = &self.all[self.at..];
        let here =
            rest.len() >= words.len() && words.iter().zip(rest).all(|(word, token)| token.is_word(word));
        self.at += if here { words.len() } else { 0 };
        here
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let here = self.peek().is_some_and(|t| t.is_symbol(symbol));
        self.at += usize::from(here);
        here
    }

    fn expression(&mut self, at_least: u8) -> Option<Tree> {
        let mut left = self.operand()?;
        loop {
            let before = self.at;
            if self.symbol("::") {
                let length = type_length(&self.all[self.at..]);
                left = cast(left, &flat(&self.all[self.at..self.at + length]));
                self.at += length;
                continue;
            }
            if self.symbol("[") {
                let index = self.expression(0)?;
                if !self.symbol("]") {
                    return None;
                }
                left = Tree::Postfix(Box::new(left), format!("[{}]", super::print::print(&index)));
                continue;
            }
            let Some(operator) = self.operator() else { return Some(left) };
            if strength(&operator) < at_least {
                self.at = before;
                return Some(left);
            }
            left = self.behind(left, operator)?;
        }
    }

    /// The operator at this place, or nothing when the expression ends here.
    fn operator(&mut self) -> Option<String> {
        let token = self.peek()?;
        if token.kind == TokenKind::Symbol {
            if matches!(token.text, ")" | "," | "]" | ";" | "(" | "[" | "." | "{" | "}" | ":") {
                return None;
            }
            self.at += 1;
            return Some(match token.text {
                "~~" => "like".to_owned(),
                "!~~" => "not like".to_owned(),
                "~~*" => "ilike".to_owned(),
                "!~~*" => "not ilike".to_owned(),
                _ => leaf(token),
            });
        }
        if token.kind != TokenKind::Word {
            return None;
        }
        WORDS.iter().find(|(words, _)| self.words(words)).map(|(_, name)| (*name).to_owned())
    }

    fn behind(&mut self, left: Tree, operator: String) -> Option<Tree> {
        match operator.as_str() {
            "is null" | "is not null" | "is true" | "is false" | "is not true" | "is not false" => {
                return Some(Tree::Postfix(Box::new(left), operator));
            }
            "between" | "not between" => return self.between(left, operator == "between"),
            _ => {}
        }
        let own = strength(&operator);
        let any = ["any", "some", "all"].iter().find(|word| self.words(&[word]));
        let right = self.expression(own + 1)?;
        Some(match (operator.as_str(), any, right) {
            ("=", Some(&("any" | "some")), Tree::Array(items)) => membership(left, "in", items),
            ("<>", Some(&"all"), Tree::Array(items)) => membership(left, "not in", items),
            (_, Some(quantor), right) => {
                infix(left, operator, Tree::Call((*quantor).to_owned(), vec![(String::new(), right)]))
            }
            ("in" | "not in", None, Tree::List(items)) => membership(left, &operator, items),
            ("in" | "not in", None, Tree::Raw(query)) => infix(left, operator, Tree::Raw(query)),
            // A list of one loses its brackets while it is read.
            ("in" | "not in", None, one) => membership(left, &operator, vec![one]),
            (_, None, right) => infix(left, operator, right),
        })
    }

    /// `a between x and y` is `a >= x and a <= y`, as PostgreSQL gives it back.
    fn between(&mut self, left: Tree, inside: bool) -> Option<Tree> {
        let low = self.expression(7)?;
        if !self.words(&["and"]) {
            return None;
        }
        let high = self.expression(7)?;
        let (first, joint, second) = if inside { (">=", "and", "<=") } else { ("<", "or", ">") };
        let below = infix(left.clone(), first.to_owned(), low);
        Some(infix(below, joint.to_owned(), infix(left, second.to_owned(), high)))
    }

    fn operand(&mut self) -> Option<Tree> {
        let token = self.peek()?;
        match token.kind {
            TokenKind::Symbol => self.bracketed_or_prefixed(token),
            TokenKind::Text => {
                self.at += 1;
                Some(Tree::Leaf(leaf(token)))
            }
            TokenKind::Number => {
                self.at += 1;
                Some(Tree::Leaf(leaf(token)))
            }
            TokenKind::Quoted => self.named(),
            TokenKind::Word => self.word(token),
        }
    }

    fn bracketed_or_prefixed(&mut self, token: &Token<'_>) -> Option<Tree> {
        self.at += 1;
        match token.text {
            "(" => {
                let query =
                    ["select", "with", "values"].iter().any(|w| self.peek().is_some_and(|t| t.is_word(w)));
                if query {
                    return self.raw_until_close().map(|text| Tree::Raw(format!("({text})")));
                }
                let mut items = self.items(")")?;
                if items.len() == 1 { items.pop() } else { Some(Tree::List(items)) }
            }
            "-" | "+" | "~" => {
                let operand = self.expression(12)?;
                Some(match (token.text, operand) {
                    ("-", Tree::Leaf(n)) if n.starts_with(|c: char| c.is_ascii_digit()) => {
                        Tree::Leaf(format!("-{n}"))
                    }
                    ("+", operand) => operand,
                    (sign, operand) => Tree::Prefix(sign.to_owned(), Box::new(operand)),
                })
            }
            _ => None,
        }
    }

    fn items(&mut self, close: &str) -> Option<Vec<Tree>> {
        let mut items = Vec::new();
        if self.symbol(close) {
            return Some(items);
        }
        loop {
            items.push(self.expression(0)?);
            if self.symbol(close) {
                return Some(items);
            }
            if !self.symbol(",") {
                return None;
            }
        }
    }

    /// What stands up to the bracket that closes the one just opened.
    fn raw_until_close(&mut self) -> Option<String> {
        let start = self.at;
        let mut depth = 1;
        while let Some(token) = self.peek() {
            depth += i32::from(token.is_symbol("(")) - i32::from(token.is_symbol(")"));
            self.at += 1;
            if depth == 0 {
                return Some(flat(&self.all[start..self.at - 1]));
            }
        }
        None
    }

    fn word(&mut self, token: &Token<'_>) -> Option<Tree> {
        if ENDS.iter().any(|word| token.is_word(word))
            && !self.all.get(self.at + 1).is_some_and(|t| t.is_symbol("."))
        {
            return None;
        }
        if self.words(&["not"]) {
            return Some(negated(self.expression(4)?));
        }
        if self.words(&["case"]) {
            return self.case();
        }
        if self.words(&["distinct"]) {
            return Some(Tree::Prefix("distinct".to_owned(), Box::new(self.expression(0)?)));
        }
        let next = self.all.get(self.at + 1);
        if token.is_word("array") && next.is_some_and(|t| t.is_symbol("[")) {
            self.at += 2;
            return self.items("]").map(Tree::Array);
        }
        let cast_call = token.is_word("cast") || token.is_word("try_cast");
        if cast_call && next.is_some_and(|t| t.is_symbol("(")) {
            return self.cast_call();
        }
        if next.is_some_and(|t| t.kind == TokenKind::Text) {
            // A typed literal (`date '…'`) or a charset in front of one (`_utf8mb4'…'`).
            let interval = token.is_word("interval");
            self.at += 2;
            let text = next.map(leaf).unwrap_or_default();
            return Some(Tree::Leaf(if interval { format!("interval {text}") } else { text }));
        }
        self.named()
    }

    fn cast_call(&mut self) -> Option<Tree> {
        self.at += 2;
        let value = self.expression(0)?;
        if !self.words(&["as"]) {
            return None;
        }
        let length = type_length(&self.all[self.at..]);
        let ty = flat(&self.all[self.at..self.at + length]);
        self.at += length;
        self.symbol(")").then(|| cast(value, &ty))
    }

    fn case(&mut self) -> Option<Tree> {
        let operand = match self.peek() {
            Some(token) if token.is_word("when") => None,
            _ => Some(Box::new(self.expression(0)?)),
        };
        let mut branches = Vec::new();
        while self.words(&["when"]) {
            let when = self.expression(0)?;
            if !self.words(&["then"]) {
                return None;
            }
            branches.push((when, self.expression(0)?));
        }
        let otherwise = if self.words(&["else"]) { Some(Box::new(self.expression(0)?)) } else { None };
        // PostgreSQL writes out the branch that is meant anyhow.
        let otherwise = otherwise.filter(|tree| **tree != Tree::Leaf("null".to_owned()));
        self.words(&["end"]).then_some(Tree::Case(operand, branches, otherwise))
    }

    /// A name, with those it is qualified by, and its arguments when it is a function.
    fn named(&mut self) -> Option<Tree> {
        let mut name = leaf(self.peek()?);
        self.at += 1;
        while self.peek().is_some_and(|t| t.is_symbol(".")) {
            let member = self.all.get(self.at + 1)?;
            name = format!("{name}.{}", leaf(member));
            self.at += 2;
        }
        if !self.symbol("(") {
            return Some(Tree::Leaf(name));
        }
        let start = self.at;
        let call = match self.arguments() {
            Some(arguments) => Tree::Call(name, arguments),
            None => {
                self.at = start;
                Tree::Raw(format!("{name}({})", self.raw_until_close()?))
            }
        };
        self.window(call)
    }

    fn arguments(&mut self) -> Option<Vec<(String, Tree)>> {
        let mut out = Vec::new();
        if self.symbol(")") {
            return Some(out);
        }
        let mut word = String::new();
        loop {
            let argument = if self.symbol("*") { Tree::Leaf("*".to_owned()) } else { self.expression(0)? };
            out.push((word, argument));
            if self.symbol(")") {
                return Some(out);
            }
            word = ["from", "for", "placing", "using", "separator"]
                .iter()
                .find(|w| self.words(&[w]))
                .map_or_else(|| self.symbol(",").then(|| ",".to_owned()), |w| Some((*w).to_owned()))?;
        }
    }

    fn window(&mut self, mut call: Tree) -> Option<Tree> {
        for word in ["filter", "over"] {
            let opens = self.all.get(self.at + 1).is_some_and(|t| t.is_symbol("("));
            if opens && self.words(&[word]) {
                self.at += 1;
                let text = self.raw_until_close()?;
                call = Tree::Raw(format!("{} {word} ({text})", super::print::print(&call)));
            }
        }
        Some(call)
    }
}

fn infix(left: Tree, operator: String, right: Tree) -> Tree {
    Tree::Infix(Box::new(left), operator, Box::new(right))
}

fn membership(left: Tree, operator: &str, mut items: Vec<Tree>) -> Tree {
    let only = if items.len() == 1 { items.pop() } else { None };
    match only {
        Some(one) => infix(left, if operator == "in" { "=" } else { "<>" }.to_owned(), one),
        None => infix(left, operator.to_owned(), Tree::List(items)),
    }
}

/// `not (a in …)` is `a not in …`, and so on.
fn negated(tree: Tree) -> Tree {
    match tree {
        Tree::Infix(left, operator, right)
            if matches!(operator.as_str(), "in" | "like" | "ilike" | "glob" | "regexp") =>
        {
            Tree::Infix(left, format!("not {operator}"), right)
        }
        Tree::Postfix(left, operator) if operator == "is null" => {
            Tree::Postfix(left, "is not null".to_owned())
        }
        other => Tree::Prefix("not".to_owned(), Box::new(other)),
    }
}
