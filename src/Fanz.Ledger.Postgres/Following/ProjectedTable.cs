namespace Fanz.Ledger.Postgres.Following;

/// <summary>A table that a follower fills, and how to tell that it is right.</summary>
/// <param name="Name">With its schema. It has a column <c>build</c>.</param>
/// <param name="Columns">Its other columns, separated by commas: what is compared.</param>
/// <param name="NaiveSql">
/// The same rows straight from the journal, with the same columns in the same order: $1 is the book, $2 the last
/// number and $3 the last position that count. It is written to be believed, not to be fast, and shares nothing with
/// the follower.
/// </param>
public sealed record ProjectedTable(string Name, string Columns, string NaiveSql);
