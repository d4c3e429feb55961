//! The page at `/`, in one piece. Invariant: it loads nothing from anywhere; its content security
//! policy forbids it.

use std::sync::LazyLock;

use super::http::Response;

static PAGE: LazyLock<String> = LazyLock::new(|| {
    // Concatenated in order of use: one module, one scope.
    let script = [
        include_str!("page/link.js"),
        include_str!("page/paint.js"),
        include_str!("page/grid.js"),
        include_str!("page/belief.js"),
        include_str!("page/chart.js"),
        include_str!("page/main.js"),
    ]
    .join("\n");
    include_str!("page/index.html")
        .replace("/*STYLE*/", include_str!("page/style.css"))
        .replace("/*SCRIPT*/", &script)
});

/// Only what is in the page itself, and connections back to where it came from.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
     connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
pub(super) fn response() -> Response {
    Response::new(200, "text/html; charset=utf-8", PAGE.as_str())
        .header("Content-Security-Policy", POLICY)
}

#[cfg(test)]
mod tests {
    use super::PAGE;

    #[test]
    fn the_page_is_whole_and_loads_nothing() {
        assert!(!PAGE.contains("/*STYLE*/") && !PAGE.contains("/*SCRIPT*/"));
        for loading in ["src=", "@import", "url(", "import ", "https://"] {
            assert!(!PAGE.contains(loading), "{loading}");
        }
        // The only address in it is the name space of the inline icon.
        assert_eq!(PAGE.matches("http://").count(), 1);
    }
}
