/// Why rows cannot be matched.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MatchError {
    /// A schema that contradicts itself.
    #[error("the schema cannot be used: {0}")]
    Schema(String),
    /// Weights that belong to another schema.
    #[error("the weights are not of this schema: {0}")]
    Model(String),
    /// A row with more or fewer values than the schema has fields.
    #[error("row {row} has {values} values; the schema has {fields} fields")]
    Width {
        /// Which row, counted from 0.
        row: usize,
        /// How many values came.
        values: usize,
        /// How many are wanted.
        fields: usize,
    },
    /// Too many rows.
    #[error("more than {0} rows: match them in parts, or raise rows_max")]
    Rows(usize),
    /// Over two gigabytes of different values in one field.
    #[error("the values of one field take more than 2 GB: match the rows in parts")]
    Bytes,
    /// Limits out of range.
    #[error("rows_max must be below 2^32 and value_bytes_max at most 65,536")]
    Limits,
    /// Rows of one table where two are to be linked, or the other way round.
    #[error("{0}")]
    Sides(&'static str),
}
