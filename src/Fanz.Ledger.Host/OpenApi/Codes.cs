using System.Collections.Frozen;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>What a code that is no refusal means, and what to do about it.</summary>
internal sealed record CodeMeaning(int[] Statuses, string Meaning)
{
    public CodeMeaning(int status, string meaning)
        : this([status], meaning)
    {
    }
}

/// <summary>
/// Every code of an error that is no refusal; a refusal says itself what it means. Whoever adds a code says here what
/// it means: a test finds what the program can answer and this list does not know.
/// </summary>
internal static class Codes
{
    /// <summary>What is wrong with the form of a request. It is told and never kept.</summary>
    public static readonly FrozenDictionary<string, CodeMeaning> OfForm = new Dictionary<string, string>
    {
        ["amount_not_positive"] = "An amount is above zero; what direction it goes is said by the command.",
        ["amount_over_limit"] = "An amount is larger than the ledger keeps.",
        ["amount_zero"] = "Something is to be moved, so it is not nothing.",
        ["below_minimum"] = "The least of two amounts is larger than the most.",
        ["as_of_before_first"] = "The time or number lies before the first record of the book.",
        ["as_of_in_future"] = "The time or number lies behind all that has happened.",
        ["creator_or_fan"] = "Either a creator or a fan is named, and not both.",
        ["cursor_ill_formed"] = "This is no cursor of this list in this order; it was changed, or is another list's.",
        ["date_out_of_range"] = "A date is from 1900-01-01 to 2999-12-31.",
        ["duplicate_field"] = "A field is there twice.",
        ["ill_formed"] = "A field is not as it must be; `field` says which one, or `faults` all of them.",
        ["missing_field"] = "A field that is required is missing.",
        ["never_closed"] = "An account of the platform's own stays open.",
        ["not_a_date"] = "A date is written as 2026-01-31.",
        ["not_a_time"] = "A time is written as 2026-01-31T12:00:00Z.",
        ["not_a_posting"] = "The legs do not sum to zero in each currency, name an account twice, or move nothing.",
        ["not_assignable"] = "A receipt cannot be assigned to this account: other commands keep their own books on it.",
        ["not_balanced"] = "The lines of a trial balance do not sum to zero in each currency.",
        ["not_by_card"] = "A processor is named although nothing goes by card.",
        ["not_by_jurisdiction"] = "A jurisdiction is named although this tax has none.",
        ["not_by_two_people"] = "The command that is named takes one person alone, so nobody has to approve it.",
        ["not_by_kind"] = "What a fan spends is counted over all kinds of sale together.",
        ["not_known"] = "The layout of the file is not known for this year.",
        ["not_https"] = "The address of a webhook begins with https://.",
        ["not_for_subscriptions"] = "This limit does not hold for subscriptions, which are agreed beforehand.",
        ["not_on_anchor"] = "A period begins on the day of the month that its months are counted from.",
        ["not_masked"] = "The mask of a number shows more than four of its characters.",
        ["not_of_this_form"] = "The form does not state this.",
        ["not_for_affiliates"] = "The ledger keeps no forms of affiliates; their releases state what is withheld.",
        ["not_in_latin_letters"] = "Banks carry Latin letters only: give the text as the bank has it.",
        ["not_sealed"] = "It is secret and was not sealed: post it at the address that seals it.",
        ["not_the_amount"] = "The lines do not add up to the amount.",
        ["nothing_left"] = "After fees nothing would be left to send.",
        ["out_of_range"] = "A number or a time is beyond what it may be.",
        ["over_amount"] = "A part is larger than the amount it is a part of.",
        ["private_target"] = "The address of a webhook is not on the public internet.",
        ["repeated"] = "Something is named twice that may be named once.",
        ["reserved"] = "The name is one of the ledger's own.",
        ["same_book"] = "A transfer to another book names its own.",
        ["same_currency"] = "Two currencies are the same.",
        ["same_person"] = "Whoever proposes something cannot approve it.",
        ["says_nothing"] = "The command would change nothing.",
        ["scope_not_for_house"] = "A key for all tenants administers, and can have no other scope.",
        ["scope_not_for_owners"] = "The key of one owner reads, and can have no other scope.",
        ["scope_not_for_people"] = "A person vouches for nobody else.",
        ["too_many"] = "A list is longer than is taken.",
        ["too_many_legs"] = "A transfer, or what is proposed, has more legs than are taken.",
        ["unknown_account_code"] = "There is no such account in the chart of accounts.",
        ["unknown_country"] = "A country is two letters, as ISO 3166 has it.",
        ["unknown_currency"] = "There is no such currency.",
        ["unknown_event"] = "There is no such event.",
        ["unknown_field"] = "There is no such field. Nothing that is sent is ignored.",
        ["unknown_job"] = "There is no such job; `ledger schedule list` names them.",
        ["unknown_scope"] = "There is no such scope.",
        ["unknown_time_zone"] = "There is no such time zone; they are named as Europe/Zurich.",
        ["unknown_word"] = "A choice is one of its words, exactly as they are written.",
        ["wrong_currency"] = "The account or amount is in another currency than it can be.",
        ["wrong_side"] = "The account cannot stand on that side.",
        ["wrong_type"] = "A field is of another type. An amount is a number without a point, not text.",
    }
    .ToFrozenDictionary(
        known => known.Key, known => new CodeMeaning(StatusCodes.Status400BadRequest, known.Value),
        StringComparer.Ordinal);

    /// <summary>What is wrong with a request as such, or keeps the ledger from doing it now.</summary>
    public static readonly FrozenDictionary<string, CodeMeaning> OfRequests = new Dictionary<string, CodeMeaning>
    {
        ["bad_request"] = new(400, "The request is no HTTP that can be read."),
        ["key_missing"] = new(400, "A write needs an idempotency key: the header, or `key` for one command of many."),
        ["key_repeated"] = new(400, "There is more than one Idempotency-Key."),
        ["rate_missing"] = new(400, "The table of rates lacks a currency that the report needs."),
        ["rates_unknown"] = new(400, "The tenant has no such table of rates, or it has none of that day."),
        ["not_json"] = new([400, 415], "The body is not JSON, or with status 415 does not say that it is."),
        ["parameter_unknown"] = new(400, "There is no such parameter at this address."),
        ["parameter_missing"] = new(400, "A parameter that the address needs is missing."),
        ["parameter_repeated"] = new(400, "A parameter is given more than once."),
        ["unauthenticated"] = new(401, "No key was shown, or one that is not known, has expired or was revoked."),
        ["callback_not_signed"] = new(401, "The callback is not signed with the secret of the rail, or not just now."),
        ["beyond_reach"] = new(403, "What is to be made would reach platforms that its maker does not."),
        ["not_the_approver"] = new(403, "Whoever approves posts it, or a service that may vouch for people."),
        ["not_that_person"] = new(403, "Whoever is named posts it, or a service that may vouch for people."),
        ["propose_first"] = new(403, "It takes two people, who are only believed of a service that may vouch for "
            + "people: one posts `propose`, another one `approve_proposal`."),
        ["owner_only"] = new(403, "The key is one owner's, and sees balances and entries of that owner alone."),
        ["scope_missing"] = new(403, "The key lacks the scope that `facts.scope` names."),
        ["account_unknown"] = new(404, "The account was never used, or is not for this key to see."),
        ["book_unknown"] = new(404, "There is no such book, or it is not for this key to see; which, is not told."),
        ["callback_unknown"] = new(404, "No payout of this name and key was sent by this rail."),
        ["key_unknown"] = new(404, "There is no such key, or it is not for this caller to see."),
        ["method_unknown"] = new(404, "The creator has no payout method of this name."),
        ["stream_unknown"] = new(404, "The book has no record of this stream."),
        ["tax_form_unknown"] = new(404, "The creator has no such form, or nothing is sealed with it."),
        ["tenant_unknown"] = new(404, "There is no such tenant, or it is not for this caller to see."),
        ["transaction_unknown"] = new(404, "The book has no transaction of this number."),
        ["webhook_unknown"] = new(404, "There is no such webhook, or it is not for this caller to see."),
        ["unknown_command"] = new([400, 404], "There is no such command."),
        ["not_found"] = new(404, "There is nothing at this address."),
        ["method_not_allowed"] = new(405, "This address has other methods."),
        ["too_slow"] = new(408, "The request came too slowly."),
        ["book_settings_differ"] = new(409, "The book is open already, with other settings, which never change."),
        ["key_ended"] = new(409, "The key has expired or was revoked, so none is made in its place."),
        ["key_replaced"] = new(409, "Another key was made in its place already."),
        ["person_forgotten"] = new(409, "The person's key was destroyed: nothing of theirs is sealed any more."),
        ["secret_unreadable"] = new(409, "What was sealed does not open: the person's key was destroyed, or another "
            + "service sealed something else."),
        ["set_aside"] = new(409, "Another command of an atomic batch cannot be posted, so none was. The key is free."),
        ["timeline_lost"] = new(409, "What was read lay on a timeline that was lost: another database took over, "
            + "which had not heard of it. At most what lies up to `facts.common_at_most` still holds."),
        ["webhook_exists"] = new(409, "The same receiver is told of the same already."),
        ["webhook_not_verified"] = new(409, "The receiver has not echoed the challenge; `detail` says why."),
        ["archived"] = new(410, "It is archived: records `facts.first_number` to `facts.last_number` are in `facts.file`, "
            + "and answered again once they are attached."),
        ["too_large"] = new([400, 413], "A number is larger than is taken; with status 413, the whole body is."),
        ["not_signed_yet"] = new(409, "No such checkpoint covers the transaction: one is made every minute or so."),
        ["no_receipt"] = new(422, "The transaction is nothing that a fan paid or got back, or a creator sold."),
        ["key_reused"] = new(422, "The key was used for another request. Nothing was posted by this one."),
        ["rate_limited"] = new(429, "This caller asks too much: send the same again after `Retry-After`."),
        ["failed"] = new(500, "The ledger met a fault of its own, and noted it. Nothing was posted."),
        ["busy"] = new(503, "The queue is full and nothing was taken: send the same again after `Retry-After`."),
        ["not_there_yet"] = new(503, "This host has not come to the number yet: ask again, or another."),
        ["bank_file_faulty"] = new(422, "The file of a bank cannot be relied on, and nothing of it was posted; why is said."),
        ["bank_file_stopped"] = new(503, "A bank's file could not be brought to its end now: sent again, it is gone on with."),
        ["outcome_unknown"] = new(503, "It may or may not be posted: the same request under the same key tells which."),
        ["secrets_unconfigured"] = new(503, "This host has no master key, so it can neither seal nor open a secret."),
        ["secrets_unreadable"] = new(503, "This host has another master key than the one that secrets are sealed under."),
        ["starting"] = new(503, "The host is starting. Send the same again after `Retry-After`."),
        ["too_many_waiting"] = new(503, "As many wait at this host as it lets wait: ask again after `Retry-After`."),
        ["webhooks_unconfigured"] = new(503, "This host has no master key, so it can keep no secret of a webhook."),
        ["unavailable"] = new(503, "The database is not to be had. Send the same again, under the same key."),
    }
    .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What any request can be answered with, besides what is its own.</summary>
    public static IEnumerable<string> OfAny(bool isOpen) => isOpen
        ? ["bad_request", "failed", "too_slow"]
        :
        [
            "bad_request", "failed", "rate_limited", "scope_missing", "starting", "too_slow", "unauthenticated",
            "unavailable",
        ];

    public static CodeMeaning? Find(string code) =>
        OfRequests.GetValueOrDefault(code) ?? OfForm.GetValueOrDefault(code);

    /// <summary>What only a person's word will do for.</summary>
    public static IEnumerable<string> OfPeople(Type command) =>
        command.IsAssignableTo(typeof(Command.IByTwoPeople)) ? ["propose_first"]
        : command.IsAssignableTo(typeof(Command.IApproved)) ? ["not_the_approver"]
        : command.IsAssignableTo(typeof(Command.ISaidBy)) ? ["not_that_person"]
        : [];

    /// <summary>The codes of form that judging a command can come to.</summary>
    public static IEnumerable<string> OfBody(Type command) => Reach.OfForm(command).Texts
        .Where(OfForm.ContainsKey).Append("ill_formed").Distinct().Order(StringComparer.Ordinal);
}
