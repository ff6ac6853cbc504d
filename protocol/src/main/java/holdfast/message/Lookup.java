package holdfast.message;

import holdfast.device.Bundles;
import holdfast.device.DeviceLists;
import holdfast.device.GroupMembers;
import holdfast.signal.Bundle;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.step.Answer;
import holdfast.step.Context;
import holdfast.step.Query;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the sends that wait are told: lists, groups and identities go into the draft, the rest is
/// remembered with each of them.
final class Lookup {
  /// A server that won't tell is asked again after a rest, this often.
  private static final int MAX_TRIES = 3;

  private static final Duration REST = Duration.ofSeconds(5);
  private static final String REFUSED = "lookup_refused";

  private Lookup() {}

  /// What one answer tells a send.
  private sealed interface Told {
    record Devices(List<Jid> users, Set<Jid> absent) implements Told {}

    record Prekeys(Map<Jid, Optional<Bundle>> bundles) implements Told {}

    record Members(Jid group) implements Told {}

    record Outside() implements Told {}

    /// The server wouldn't say.
    record Nothing() implements Told {}

    /// Nobody has said anything.
    record Lost() implements Told {}
  }

  static Outbox.Memory answered(Context context, Outbox.Memory memory, Query query, Answer answer) {
    var concerned =
        memory.waiting().entrySet().stream()
            .filter(entry -> entry.getValue().open().contains(query))
            .toList();
    if (concerned.isEmpty()) {
      return memory;
    }
    var told = told(context, query, answer);
    var next = new HashMap<>(memory.waiting());
    concerned.forEach(
        entry -> next.put(entry.getKey(), after(context, entry.getValue(), query, told)));
    return memory.waiting(next);
  }

  private static Told told(Context context, Query query, Answer answer) {
    try {
      return switch (answer) {
        case Answer.Result(Element iq) -> result(context, query, iq);
        case Answer.Refused refused ->
            query instanceof Query.Group && Refusals.isOutside(refused.code())
                ? new Told.Outside()
                : new Told.Nothing();
        case Answer.Lost _ -> new Told.Lost();
      };
    } catch (MalformedStanza _) {
      return new Told.Nothing();
    }
  }

  private static Told result(Context context, Query query, Element iq) {
    return switch (query) {
      case Query.Devices(var users) -> new Told.Devices(users, DeviceLists.take(context, iq));
      case Query.Bundles(var devices) -> {
        var found = Bundles.parse(iq);
        var all = new HashMap<Jid, Optional<Bundle>>();
        devices.forEach(device -> all.put(device, Optional.ofNullable(found.get(device))));
        yield new Told.Prekeys(all);
      }
      case Query.Group(var group) -> {
        GroupMembers.take(context, iq.requireChild("group"));
        yield new Told.Members(group);
      }
      default -> new Told.Nothing();
    };
  }

  private static Outbox.Memory.Waiting after(
      Context context, Outbox.Memory.Waiting waiting, Query query, Told told) {
    var open = new HashSet<>(waiting.open());
    open.remove(query);
    var left = Set.copyOf(open);
    var answers = waiting.answers();
    return switch (told) {
      case Told.Devices it -> going(waiting, left, answers.looked(it.users(), it.absent()));
      case Told.Prekeys it -> going(waiting, left, answers.with(it.bundles()));
      case Told.Members it -> going(waiting, left, answers.looked(List.of(it.group()), Set.of()));
      case Told.Outside _ -> going(waiting, left, answers.refused(Send.NOT_IN_GROUP));
      case Told.Lost _ -> going(waiting, left, answers);
      case Told.Nothing _ when waiting.tries() + 1 >= MAX_TRIES ->
          going(waiting, left, answers.refused(REFUSED));
      case Told.Nothing _ ->
          new Outbox.Memory.Waiting(
              waiting.chat(),
              left,
              answers,
              waiting.tries() + 1,
              Optional.of(context.now().plus(REST)));
    };
  }

  private static Outbox.Memory.Waiting going(
      Outbox.Memory.Waiting waiting, Set<Query> open, Send.Answers answers) {
    return new Outbox.Memory.Waiting(
        waiting.chat(), open, answers, waiting.tries(), waiting.rest());
  }
}
