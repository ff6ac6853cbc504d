package holdfast.message;

import holdfast.step.Effect;
import holdfast.step.Verdict;
import java.util.List;

/// What became of an incoming message. `unproven`: its sender's phone doesn't vouch for the device
/// that wrote it; the message was taken all the same, and operators should see it.
public record Taken(Verdict verdict, List<Effect> effects, boolean unproven) {
  static Taken as(Verdict verdict) {
    return new Taken(verdict, List.of(), false);
  }
}
