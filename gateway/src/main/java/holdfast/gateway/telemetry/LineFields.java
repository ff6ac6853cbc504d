package holdfast.gateway.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import net.logstash.logback.composite.AbstractJsonProvider;
import tools.jackson.core.JsonGenerator;

/// What a log line says as `name=value`, as fields of the line's JSON object: so that the words
/// that operators search for and the fields that machines filter by can't disagree (R38).
///
/// Named in `logback.xml`. Only the names below become fields: a line must not be able to overwrite
/// the encoder's own.
public final class LineFields extends AbstractJsonProvider<ILoggingEvent> {
  private static final Set<String> NAMES =
      Set.of(
          "tenant",
          "state",
          "from",
          "reason",
          "generation",
          "code",
          "cause",
          "attempts",
          "conflicts",
          "uptime",
          "received",
          "sent",
          "lastReceived",
          "lastSent");

  private static final Pattern EVENT = Pattern.compile("^(?:tenant=\\S+ )?\\[([A-Z_-]+)]");
  private static final Pattern FIELD = Pattern.compile("(?<=^|\\s)(\\w+)=(\\S+)");

  /// The other side's own words: they come last, and may have blanks and whatever else in them.
  private static final String REST = " text=";

  @Override
  public void writeTo(JsonGenerator json, ILoggingEvent event) {
    fields(event.getFormattedMessage()).forEach(json::writeStringProperty);
  }

  static Map<String, String> fields(String line) {
    var fields = new LinkedHashMap<String, String>();
    var event = EVENT.matcher(line);
    if (event.find()) {
      fields.put("event", event.group(1));
    }
    int end = line.indexOf(REST);
    var own = end < 0 ? line : line.substring(0, end);
    FIELD
        .matcher(own)
        .results()
        .filter(found -> NAMES.contains(found.group(1)))
        .forEach(found -> fields.putIfAbsent(found.group(1), found.group(2)));
    if (end >= 0) {
      fields.put("text", line.substring(end + REST.length()));
    }
    return fields;
  }
}
