//! How tightly PostgreSQL's operators bind, and which of its spellings mean the same.

/// The binding power of a prefixed `NOT`.
pub const NOT: u8 = 3;
/// What stands on either side of `BETWEEN`'s own `AND`, and behind `IN` without brackets.
pub const ABOVE_COMPARISON: u8 = 7;
/// The binding power of a sign.
pub const UNARY: u8 = 13;

/// The binding power of a symbol between two operands.
pub fn power(symbol: &str) -> Option<u8> {
    Some(match symbol {
        "<" | ">" | "=" | "<=" | ">=" | "<>" | "!=" => 5,
        "+" | "-" => 8,
        "*" | "/" | "%" => 9,
        "^" => 10,
        "[" => 14,
        "::" => 15,
        "(" | ")" | "]" | "," | "." | ";" | ":" | "$" => return None,
        _ => 7,
    })
}

/// Operators made of words, longer ones first, with their binding power.
const WORDS: [(&[&str], u8); 20] = [
    (&["is", "not", "distinct", "from"], 4),
    (&["is", "distinct", "from"], 4),
    (&["is", "not"], 4),
    (&["is"], 4),
    (&["isnull"], 4),
    (&["notnull"], 4),
    (&["and"], 2),
    (&["or"], 1),
    (&["not", "in"], 6),
    (&["in"], 6),
    (&["not", "between"], 6),
    (&["between"], 6),
    (&["not", "like"], 6),
    (&["like"], 6),
    (&["not", "ilike"], 6),
    (&["ilike"], 6),
    (&["not", "similar", "to"], 6),
    (&["similar", "to"], 6),
    (&["at", "time", "zone"], 11),
    (&["collate"], 12),
];

/// The binding power and length of the operator in words that `next_is` finds at hand.
pub fn word_power(next_is: &dyn Fn(&[&str]) -> bool) -> Option<(u8, usize)> {
    WORDS.iter().find(|(words, _)| next_is(words)).map(|(words, power)| (*power, words.len()))
}

/// The spelling that the server gives back for an operator.
pub fn spelled(operator: &str) -> &str {
    match operator {
        "!=" => "<>",
        "like" => "~~",
        "not like" => "!~~",
        "ilike" => "~~*",
        "not ilike" => "!~~*",
        other => other,
    }
}

/// Words that begin or divide the clauses of a query or call.
pub fn is_clause(word: &str) -> bool {
    const CLAUSES: [&str; 35] = [
        "as",
        "asc",
        "both",
        "cross",
        "desc",
        "distinct",
        "else",
        "except",
        "fetch",
        "for",
        "from",
        "full",
        "group",
        "having",
        "inner",
        "intersect",
        "join",
        "lateral",
        "leading",
        "limit",
        "natural",
        "offset",
        "on",
        "order",
        "outer",
        "returning",
        "select",
        "then",
        "trailing",
        "union",
        "using",
        "when",
        "where",
        "window",
        "with",
    ];
    CLAUSES.contains(&word)
}

/// Clause words without which the query means the same.
pub fn is_noise(word: &str) -> bool {
    ["asc", "inner", "outer"].iter().any(|noise| word.eq_ignore_ascii_case(noise))
}

/// Types that may stand right in front of a literal.
pub fn is_type_word(word: &str) -> bool {
    [
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "interval",
        "uuid",
        "json",
        "jsonb",
        "numeric",
        "bytea",
        "inet",
    ]
    .contains(&word)
}

/// Whether `word` goes on with a type's name that begins with `so_far`.
pub fn continues_type(so_far: &str, word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(
        (so_far, word.as_str()),
        ("double", "precision")
            | ("character" | "bit" | "national character", "varying")
            | ("national", "character")
            | ("timestamp" | "time", "with" | "without")
            | ("timestamp with" | "timestamp without" | "time with" | "time without", "time")
            | (
                "timestamp with time" | "timestamp without time" | "time with time" | "time without time",
                "zone"
            )
    )
}

/// An operand under a cast: the operand alone, but for a number that is written as text.
pub fn cast(operand: String, ty: &str) -> String {
    let numeric = matches!(
        ty,
        "smallint"
            | "integer"
            | "bigint"
            | "numeric"
            | "decimal"
            | "real"
            | "double precision"
            | "int"
            | "int2"
            | "int4"
            | "int8"
            | "float4"
            | "float8"
    );
    let inner = operand.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    match inner.filter(|_| numeric).and_then(crate::constant::number) {
        Some(number) => number,
        None => operand,
    }
}
