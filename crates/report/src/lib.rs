//! Render finished values: terminal, JSON, Markdown. Decides nothing.
