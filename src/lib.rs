//! Reads online recruitment posts in Indonesian, Malay and English, and says which of them carry
//! the signs of recruitment into trafficking, which signs, in which words, and what to do.
//!
//! A post takes one path through this crate, and each step is the module that bears its name:
//!
//! ```text
//! post -> text -> features -> model -> policy -> explain -> assessment
//! raw     view,   sparse      margin,  level     which      one record
//! &str    spans   rows        prob.    by rules  words      a post
//! ```
//!
//! Nothing flows back: a step may use the steps to its left and never those to its right.
//! `tests/it/layers.rs` holds the table and fails when it is broken. [`classify`] is the only
//! place where the steps are joined; [`train`] makes what [`model`] loads, and [`evaluate`]
//! judges records against labels without seeing a weight.
//!
//! Posts are labelled, never people. No level is a finding, and a score is a lead.
//!
//! ```
//! use waspada::{classify::Classifier, post::Post};
//!
//! let classifier = Classifier::embedded()?;
//! let assessment = classifier.assess(&Post::new("1", "Dicari kasir toko, Batam Centre, Toko Maju"));
//! assert_eq!(assessment.id, "1");
//! # Ok::<(), waspada::model::ModelError>(())
//! ```

pub mod advice;
pub mod assessment;
pub mod campaigns;
pub mod classify;
#[doc(hidden)]
pub mod cli;
pub mod evaluate;
pub mod explain;
pub mod features;
pub mod fetch;
pub mod io;
pub mod labels;
pub mod model;
pub mod plain;
pub mod policy;
pub mod post;
pub mod service;
pub mod similar;
pub mod taxonomy;
pub mod telemetry;
pub mod text;
pub mod train;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
