package holdfast.system;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.sandbox.world.Violations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What was found wrong with a conversation: nothing, if the promise was kept.
public final class Verdict {
  private final List<String> flaws = new ArrayList<>();

  public List<String> flaws() {
    return List.copyOf(flaws);
  }

  public void check(boolean holds, String flaw) {
    if (!holds) {
      flaws.add(flaw);
    }
  }

  /// Every number once, and in order but for the `late` ones, which had to be asked for again.
  public void once(String what, int count, List<String> texts, Set<String> late) {
    var numbered = texts.stream().filter(text -> text.startsWith(what)).toList();
    check(new HashSet<>(numbered).size() == numbered.size(), what + "twice: " + twice(numbered));
    for (var i = 0; i < count; i++) {
      check(numbered.contains(what + i), what + i + " is missing");
    }
    int last = -1;
    for (var text : numbered) {
      if (late.contains(text)) {
        continue;
      }
      int number = Integer.parseInt(text.substring(what.length()));
      check(number > last, what + number + " came after " + last);
      last = Math.max(last, number);
    }
  }

  private static List<String> twice(List<String> texts) {
    var seen = new HashSet<String>();
    return texts.stream().filter(text -> !seen.add(text)).toList();
  }

  /// The texts of the log that were undecryptable at first: only ever because their key was used,
  /// and only those of which the server says so. A text that comes again after a crash finds its
  /// key used as well, if the ratchet was kept and the message wasn't; that is no excuse.
  ///
  /// `reused`: the messages for which the server has seen the writer use a key a second time.
  public Set<String> late(List<JsonNode> events, Set<String> reused) {
    var asked = new HashSet<String>();
    for (var event : events) {
      if (event.required("type").asText().equals("message.undecryptable")) {
        var data = event.required("data");
        var id = data.required("messageId").asText();
        asked.add(id);
        boolean excused = data.required("reason").asText().equals("unknown") && reused.contains(id);
        check(excused, "undecryptable: " + data);
      }
    }
    var late = new HashSet<String>();
    for (var event : events) {
      var data = event.required("data");
      if (event.required("type").asText().equals("message.received")
          && asked.contains(data.required("messageId").asText())) {
        late.add(data.path("text").asText());
      }
    }
    return late;
  }

  /// The messages that the server saw a writer encrypt with a key that an earlier one had.
  public static Set<String> reused(List<Violations.Violation> ofWriter) {
    return ofWriter.stream()
        .filter(violation -> violation.kind().equals("key_reused"))
        .map(Violations.Violation::id)
        .collect(Collectors.toSet());
  }

  public static List<String> texts(List<JsonNode> events) {
    return events.stream()
        .filter(event -> event.required("type").asText().equals("message.received"))
        .map(event -> event.required("data").path("text").asText())
        .toList();
  }
}
