//! What can be wrong with a policy file, and what to do about it.

/// Why a file is no [`Policy`](super::Policy).
///
/// `rule` is where in the file: the id of a rule or notice, or `terms.x`, `blockers` and the like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The file is not TOML, lacks a field, or has one that nobody knows.
    #[error("policy is malformed: {reason}")]
    Malformed {
        /// What the parser said, with the line.
        reason: String,
    },
    /// An indicator that the taxonomy does not have.
    #[error(
        "{rule}: unknown indicator `{indicator}`; use an id of taxonomy.toml, or add the indicator there"
    )]
    UnknownIndicator {
        /// Where.
        rule: String,
        /// What was written.
        indicator: String,
    },
    /// A kind that the indicator does not have.
    #[error("{rule}: indicator `{indicator}` has no kind `{kind}`; its kinds are {known}")]
    UnknownKind {
        /// Where.
        rule: String,
        /// The indicator.
        indicator: String,
        /// What was written.
        kind: String,
        /// What could have been written.
        known: String,
    },
    /// A term that `[terms]` does not have.
    #[error("{rule}: unknown term `{term}`; define it under [terms]")]
    UnknownTerm {
        /// Where.
        rule: String,
        /// What was written.
        term: String,
    },
    /// A dimension that nobody knows, or that is never counted.
    #[error(
        "{rule}: unknown or uncounted dimension `{dimension}`; use one of `counted_dimensions`"
    )]
    UnknownDimension {
        /// Where.
        rule: String,
        /// What was written.
        dimension: String,
    },
    /// A strength that nobody knows.
    #[error("{rule}: unknown strength `{strength}`; use strong, medium or weak")]
    UnknownStrength {
        /// Where.
        rule: String,
        /// What was written.
        strength: String,
    },
    /// An argument that nobody knows, or one that cannot be tested in this way.
    #[error(
        "{rule}: argument `{argument}` cannot be used here; use arg:offer_quoted, arg:abroad, \
         text_type with `in`, languages with `any_in`, or words with `max`"
    )]
    UnknownArgument {
        /// Where.
        rule: String,
        /// What was written.
        argument: String,
    },
    /// A text type that nobody knows.
    #[error(
        "{rule}: unknown text type `{text_type}`; use an id of [[text_types]] in taxonomy.toml"
    )]
    UnknownTextType {
        /// Where.
        rule: String,
        /// What was written.
        text_type: String,
    },
    /// Something that is no condition at all.
    #[error("{rule}: `{found}` is no condition; the head of policy.toml lists what may stand here")]
    NotACondition {
        /// Where.
        rule: String,
        /// What was written.
        found: String,
    },
    /// Terms that are defined by each other.
    #[error("terms.{term}: defined by way of itself ({path}); take one of these references out")]
    CyclicTerms {
        /// The term.
        term: String,
        /// How it leads back, as `a -> b -> a`.
        path: String,
    },
    /// Two rules, or a rule and a notice, share an id.
    #[error("{rule}: there are two of this id; rename or remove one")]
    Duplicate {
        /// The id.
        rule: String,
    },
    /// A notice is kept from a rule that does not exist.
    #[error("{rule}: never_with names the unknown rule `{named}`; use the id of a rule")]
    UnknownRule {
        /// Where.
        rule: String,
        /// What was written.
        named: String,
    },
    /// A step that does not go down the ladder.
    #[error(
        "{rule}: a step leads from high, elevated or critical to a lower level, not from {from} to {to}"
    )]
    NotAStepDown {
        /// Where.
        rule: String,
        /// The level before.
        from: &'static str,
        /// The level after.
        to: &'static str,
    },
}
