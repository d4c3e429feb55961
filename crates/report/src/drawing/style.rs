//! Colours and type of the pictures, for light and for dark.
//!
//! Blue and orange are told apart with every common form of colour blindness; verdicts have signs besides colours.

/// Shapes and the light colours; `fb` is the class of every picture.
const LIGHT_RULES: &str = "\
.fb text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;font-size:11px;fill:#57606a}\
.fb .title{font-size:14px;font-weight:600;fill:#1f2328}.fb .strong{fill:#1f2328}\
.fb .heading{font-size:18px;font-weight:600;fill:#1f2328}\
.fb .back{fill:#ffffff}.fb .grid{stroke:#d8dee4;stroke-width:1}.fb .axis{stroke:#8c959f;stroke-width:1}\
.fb .bar{fill:#7fb3e6}.fb .box{fill:#cfe3f7;stroke:#1f6fb8;stroke-width:1.5}.fb .whisker{stroke:#1f6fb8;stroke-width:1.5}\
.fb .dot{fill:#1f6fb8;fill-opacity:.45}.fb .launch{stroke:#1f6fb8;stroke-width:2;stroke-opacity:.75}\
.fb .median{stroke:#c2570c;stroke-width:2.5}.fb .accent{fill:#c2570c}\
.fb .limit{stroke:#8c959f;stroke-width:1;stroke-dasharray:4 3}\
.fb .worse{fill:#c2570c;stroke:#c2570c}.fb .better{fill:#1f6fb8;stroke:#1f6fb8}.fb .same{fill:#6e7781;stroke:#6e7781}\
.fb .span{stroke-width:3;stroke-linecap:round}";

const DARK_RULES: &str = "\
.fb text{fill:#9ea7b3}.fb .title,.fb .strong,.fb .heading{fill:#e6edf3}\
.fb .back{fill:#0d1117}.fb .grid{stroke:#262c36}.fb .axis{stroke:#6e7681}\
.fb .bar{fill:#2f6aa8}.fb .box{fill:#16324f;stroke:#6cb2f5}.fb .whisker{stroke:#6cb2f5}\
.fb .dot{fill:#6cb2f5}.fb .launch{stroke:#6cb2f5}.fb .median{stroke:#f6a04d}.fb .accent{fill:#f6a04d}\
.fb .limit{stroke:#6e7681}.fb .worse{fill:#f6a04d;stroke:#f6a04d}.fb .better{fill:#6cb2f5;stroke:#6cb2f5}\
.fb .same{fill:#9ea7b3;stroke:#9ea7b3}";

/// The whole style: light, and dark where the reader's system is.
pub(crate) fn rules() -> String {
    format!("{LIGHT_RULES}@media (prefers-color-scheme:dark){{{DARK_RULES}}}")
}
