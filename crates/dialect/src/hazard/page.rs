//! A page of help for every code: what it means on each database, what to do instead, and who may accept it.

/// A page of help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// The title in its first line, and what stands below it.
    text: &'static str,
}

const fn page(code: &'static str, text: &'static str) -> Page {
    Page { code, text }
}

/// All pages, by code.
pub const PAGES: &[Page] = &[
    page("H101", include_str!("pages/H101.md")),
    page("H102", include_str!("pages/H102.md")),
    page("H103", include_str!("pages/H103.md")),
    page("H104", include_str!("pages/H104.md")),
    page("H201", include_str!("pages/H201.md")),
    page("H202", include_str!("pages/H202.md")),
    page("H203", include_str!("pages/H203.md")),
    page("H204", include_str!("pages/H204.md")),
    page("H205", include_str!("pages/H205.md")),
    page("H206", include_str!("pages/H206.md")),
    page("H207", include_str!("pages/H207.md")),
    page("H301", include_str!("pages/H301.md")),
    page("H302", include_str!("pages/H302.md")),
    page("H303", include_str!("pages/H303.md")),
    page("H304", include_str!("pages/H304.md")),
    page("H401", include_str!("pages/H401.md")),
    page("H402", include_str!("pages/H402.md")),
    page("H403", include_str!("pages/H403.md")),
    page("H404", include_str!("pages/H404.md")),
    page("H501", include_str!("pages/H501.md")),
    page("H502", include_str!("pages/H502.md")),
    page("H503", include_str!("pages/H503.md")),
    page("H504", include_str!("pages/H504.md")),
    page("H505", include_str!("pages/H505.md")),
];

impl Page {
    /// What the code stands for, in a few words.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default()
    }

    /// The page below its title.
    pub fn body(&self) -> &'static str {
        self.text.split_once("\n\n").map_or("", |(_, body)| body.trim_end())
    }
}

/// The page of a code.
pub fn page_of(code: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_says_what_where_and_what_instead() {
        for page in PAGES {
            assert!(!page.title().is_empty() && !page.title().ends_with('.'), "{}", page.code);
            for name in ["SQLite", "PostgreSQL", "MySQL", "MariaDB", "Instead"] {
                assert!(page.body().contains(name), "{} doesn't speak of {name}", page.code);
            }
            let refuses = crate::hazard::is_grave(page.code);
            assert_eq!(page.body().contains("Accept it"), refuses, "{}", page.code);
            assert!(page.text.lines().all(|line| line.chars().count() <= 130), "{}", page.code);
        }
        assert!(PAGES.is_sorted_by_key(|page| page.code));
    }
}
