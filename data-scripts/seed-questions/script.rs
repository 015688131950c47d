//! seed-questions: the first questions, with options, answers and rubrics as JSON.

#[path = "../sdk/rust/strat.rs"]
mod strat;
#[path = "../seed-categories/uuid5.rs"]
mod uuid5;

use uuid5::uuid5;

strat::batch!(run, writes: [
    ("id", strat::UUID),
    ("category_id", strat::UUID),
    ("q_type", strat::ENUM),
    ("content", strat::TEXT),
    ("options", strat::JSON),
    ("correct_answer", strat::JSON),
    ("scoring_rubric", strat::JSON),
    ("max_score", strat::INTEGER),
    ("difficulty", strat::ENUM),
    ("target_specialties", strat::JSON),
    ("explanation", strat::TEXT),
    ("display_order", strat::INTEGER),
    ("created_at", strat::TIMESTAMP_TZ),
    ("updated_at", strat::TIMESTAMP_TZ),
]);

/// 2025-01-10T00:00:00Z in microseconds.
const WRITTEN: i64 = 1_736_467_200_000_000;

/// What is empty is NULL.
struct Question {
    category: &'static str,
    q_type: &'static str,
    content: &'static str,
    options: &'static [(&'static str, &'static str)],
    correct_answer: &'static str,
    scoring_rubric: &'static str,
    max_score: i64,
    difficulty: &'static str,
    specialties: &'static [&'static str],
    explanation: &'static str,
}

const QUESTIONS: [Question; 6] = [
    Question {
        category: "Machine Learning",
        q_type: "SINGLE",
        content: "What is the purpose of cross-validation?",
        options: &[
            ("A", "To increase training speed"),
            ("B", "To evaluate model generalization"),
            ("C", "To reduce memory usage"),
            ("D", "To improve accuracy"),
        ],
        correct_answer: r#"{"value":"B"}"#,
        scoring_rubric: "",
        max_score: 10,
        difficulty: "EASY",
        specialties: &["ML"],
        explanation: "Cross-validation helps assess how well a model generalizes to unseen data.",
    },
    Question {
        category: "Machine Learning",
        q_type: "MULTIPLE",
        content: "Which of these reduce overfitting?",
        options: &[
            ("A", "More training data"),
            ("B", "L2 regularisation"),
            ("C", "A deeper tree"),
            ("D", "Early stopping"),
        ],
        correct_answer: r#"{"values":["A","B","D"]}"#,
        scoring_rubric: r#"{"each":5,"wrong":-5}"#,
        max_score: 15,
        difficulty: "MEDIUM",
        specialties: &["ML", "DL"],
        explanation: "A deeper tree fits the training set more closely.",
    },
    Question {
        category: "Deep Learning",
        q_type: "SHORT",
        content: "Name the activation function f(x) = max(0, x).",
        options: &[],
        correct_answer: r#"{"value":"ReLU"}"#,
        scoring_rubric: "",
        max_score: 5,
        difficulty: "EASY",
        specialties: &["DL", "CV", "NLP"],
        explanation: "",
    },
    Question {
        category: "Deep Learning",
        q_type: "ESSAY",
        content: "Why do residual connections make very deep networks trainable?",
        options: &[],
        correct_answer: "",
        scoring_rubric: r#"{"gradient flow":10,"identity mapping":10,"example":5}"#,
        max_score: 25,
        difficulty: "HARD",
        specialties: &["DL", "CV"],
        explanation: "",
    },
    Question {
        category: "Data Engineering",
        q_type: "FILE",
        content: "Hand in a pipeline that loads the attached events exactly once, even when it is killed.",
        options: &[],
        correct_answer: "",
        scoring_rubric: r#"{"resumes":20,"no duplicates":20,"readable":10}"#,
        max_score: 50,
        difficulty: "HARD",
        specialties: &["DE"],
        explanation: "",
    },
    Question {
        category: "Statistics",
        q_type: "SINGLE",
        content: "A test at the 5 % level is run on 20 true null hypotheses. How many rejections are expected?",
        options: &[("A", "0"), ("B", "1"), ("C", "5"), ("D", "20")],
        correct_answer: r#"{"value":"B"}"#,
        scoring_rubric: "",
        max_score: 10,
        difficulty: "MEDIUM",
        specialties: &["ML", "DS"],
        explanation: "20 × 0.05 = 1.",
    },
];

fn run(_input: &strat::Batch, out: &mut strat::Out) -> strat::Result {
    for (index, question) in QUESTIONS.iter().enumerate() {
        out.uuid("id", uuid5(&format!("question/{}", question.content)));
        out.uuid("category_id", uuid5(&format!("category/{}", question.category)));
        out.text("q_type", question.q_type);
        out.text("content", question.content);
        if !question.options.is_empty() {
            out.text("options", &options(question.options));
        }
        for (column, text) in [
            ("correct_answer", question.correct_answer),
            ("scoring_rubric", question.scoring_rubric),
            ("explanation", question.explanation),
        ] {
            if !text.is_empty() {
                out.text(column, text);
            }
        }
        out.int("max_score", question.max_score);
        out.text("difficulty", question.difficulty);
        let specialties: Vec<String> = question.specialties.iter().map(|name| quoted(name)).collect();
        out.text("target_specialties", &format!("[{}]", specialties.join(",")));
        out.int("display_order", index as i64 + 1);
        out.int("created_at", WRITTEN);
        out.int("updated_at", WRITTEN);
        out.next();
    }
    Ok(())
}

fn options(options: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = options.iter().map(|(key, text)| format!("{}:{}", quoted(key), quoted(text))).collect();
    format!("{{{}}}", pairs.join(","))
}

/// A JSON string; the texts above have neither quotes nor control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text)
}
