namespace Fanz.Ledger.Payouts;

/// <summary>A place in a file: which of a batch's files it is, from 1, and where in it, from 1.</summary>
public readonly record struct FilePlace(int File, long Sequence);

/// <summary>
/// Gives the payouts of a batch their places, in the order of their names: a file is full when it has as many as it
/// may, or when the next would bring it over what it may come to. All that were ever formed for the batch have places,
/// also those that are not sent in the end. So places follow from the batch alone, and whoever goes on with a run that
/// was broken off gives the same.
/// </summary>
public sealed class FilePlaces(long mostPayouts, long mostSent)
{
    private long sent;
    private FilePlace last = new(1, 0);

    /// <summary>The place of the next payout.</summary>
    public FilePlace Next(long amount)
    {
        if (last.Sequence > 0 && (last.Sequence >= mostPayouts || amount > mostSent - sent))
            (last, sent) = (new FilePlace(last.File + 1, 0), 0);
        sent = checked(sent + amount);
        return last = last with { Sequence = last.Sequence + 1 };
    }
}
