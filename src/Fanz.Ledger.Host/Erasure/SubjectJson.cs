using System.Text.Json;
using Fanz.Ledger.Erasure;
using Fanz.Ledger.Postgres.Erasure;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Erasure;

/// <summary>How it is told whether somebody is forgotten, and what keeps them.</summary>
internal static class SubjectJson
{
    public static void Write(Utf8JsonWriter json, PersonLook look)
    {
        json.WriteStartObject();
        json.WriteString("person", look.Person.ToString());
        json.WriteString("state", StateOf(look));
        if (look.Asked is { } asked)
        {
            json.WriteString("asked_in", asked.Book.Name.ToString());
            json.WriteNumber("asked_by", asked.Record.Request!.Value);
        }

        json.WriteStartArray("kept");
        foreach (var kept in look.Kept)
        {
            json.WriteStartObject();
            json.WriteString("class", Retention.WordOf(kept.Class));
            json.WriteString("last_on", LocalDatePattern.Iso.Format(kept.LastOn));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("obstacles");
        foreach (var obstacle in look.Obstacles) Write(json, obstacle);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string StateOf(PersonLook look) =>
        look.Forgotten is not null ? "forgotten" : look.Asked is not null ? "asked" : "known";

    public static void Write(Utf8JsonWriter json, Obstacle obstacle)
    {
        json.WriteStartObject();
        json.WriteString("book", obstacle.Book.Name.ToString());
        json.WriteString("code", obstacle.Code);
        json.WriteString("why", obstacle.Why);
        if (obstacle.Through is { } through) json.WriteString("through", LocalDatePattern.Iso.Format(through));
        json.WriteEndObject();
    }
}
