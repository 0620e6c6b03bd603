//! Columns, plans, the local executor, school-day arithmetic, cohorts, suppression.
