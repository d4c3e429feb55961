//! Nearest valid names for a name that does not exist.

/// At most three of `valid` that look like `wanted`, nearest first; all of them if they are few and none is near.
pub(crate) fn nearest<'a>(wanted: &str, valid: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = valid
        .into_iter()
        .map(|name| {
            let contained = name.contains(&wanted) || wanted.contains(name);
            let similarity = strsim::jaro_winkler(&wanted, &name.to_lowercase());
            (if contained { 1.0 } else { similarity }, name)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let near: Vec<_> = scored
        .iter()
        .filter(|(score, _)| *score > 0.7)
        .take(3)
        .map(|(_, name)| *name)
        .collect();
    if near.is_empty() && scored.len() <= 12 {
        scored.into_iter().map(|(_, name)| name).collect()
    } else {
        near
    }
}

/// `; did you mean a, b or c?`, or nothing where there is no name to offer.
pub(crate) fn did_you_mean<'a>(wanted: &str, valid: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(wanted, valid).as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean `{one}`?"),
        [names @ .., last] => format!("; did you mean `{}` or `{last}`?", names.join("`, `")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_the_nearest_names() {
        let valid = ["agent_spawn", "database_query", "memory_usage"];
        assert_eq!(nearest("agent_spwan", valid), ["agent_spawn"]);
        assert_eq!(nearest("memory", valid), ["memory_usage"]);
        assert_eq!(nearest("zzz", valid).len(), 3);
        assert_eq!(
            did_you_mean("databse_query", valid),
            "; did you mean `database_query`?"
        );
    }
}
