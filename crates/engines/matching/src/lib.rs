#![doc = include_str!("../README.md")]

mod block;
mod cluster;
mod compare;
mod dedupe;
mod error;
mod explain;
mod fit;
mod limits;
mod link;
mod model;
mod normal;
mod number;
mod pairs;
mod parallel;
mod schema;
mod score;
mod similar;
mod table;

pub use block::LeftOut;
pub use dedupe::{Duplicates, Effort, Question, Why, dedupe};
pub use error::MatchError;
pub use explain::{Explainer, Explanation, Part as ExplanationPart};
pub use fit::{Fit, FitOptions, fit};
pub use limits::Limits;
pub use link::{Link, Links, Partners, link};
pub use model::Model;
pub use normal::{
    CompanyName, company_name, fold_words, normal_form, profile_key, written_company,
};
pub use schema::{
    BlockRule, Chances, Comparison, Field, Key, Kind, Level, Part as KeyPart, Schema, Test,
    Thresholds,
};
pub use table::{Table, TableBuilder};
