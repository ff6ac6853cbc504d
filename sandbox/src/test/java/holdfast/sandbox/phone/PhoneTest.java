package holdfast.sandbox.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.sandbox.Scene;
import holdfast.sandbox.world.Group;
import holdfast.sandbox.world.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PhoneTest {
  private final Scene scene = new Scene();
  private final Phone ann = scene.phone("15550109001");
  private final Phone ben = scene.phone("15550109002");
  private final Phone cid = scene.phone("15550109003");

  @Test
  @DisplayName("Two phones talk: both write down the same, in order")
  void talk() {
    for (int i = 0; i < 10; i++) {
      send(ann, "15550109002", "there " + i);
      send(ben, ann.account().lidJid().toString(), "back " + i);
    }

    var texts =
        IntStream.range(0, 10).boxed().flatMap(i -> List.of("there " + i, "back " + i).stream());
    assertThat(ben.notes().stream().map(Note::text)).containsExactlyElementsOf(texts.toList());
    assertThat(ann.notes().stream().map(Note::text))
        .containsExactlyElementsOf(ben.notes().stream().map(Note::text).toList());
    assertThat(ann.notes().getLast().from()).isEqualTo("15550109002");
    assertThat(ben.notes().getLast().chat()).isEqualTo("15550109001");
    assertThat(scene.world().violations().found()).isEmpty();
  }

  @Test
  @DisplayName("An echoing phone answers a text with the same text, once")
  void echo() {
    ben.setEchoes(true);
    send(ann, "15550109002", "hello");

    assertThat(ann.notes().stream().map(Note::from)).containsExactly("15550109001", "15550109002");
    assertThat(ann.notes().stream().map(Note::text)).containsOnly("hello");
  }

  @Test
  @DisplayName("Two echoing phones don't talk for ever")
  void echoes() {
    ann.setEchoes(true);
    ben.setEchoes(true);
    send(ann, "15550109002", "hello");

    assertThat(ann.notes()).hasSizeLessThan(5);
  }

  @Test
  @DisplayName("A group reads what its members write, and a new key is made when one leaves")
  void group() {
    var group = group("Team", ann, ben, cid);
    send(ann, group.jid().toString(), "one");
    send(cid, group.jid().toString(), "two");
    scene.run(() -> group.remove(cid.account()));
    send(ann, group.jid().toString(), "three");

    assertThat(ben.notes().stream().map(Note::text)).containsExactly("one", "two", "three");
    assertThat(cid.notes().stream().map(Note::text)).containsExactly("one", "two");
    assertThat(ben.notes())
        .allSatisfy(it -> assertThat(it.chat()).isEqualTo(group.jid().toString()));
  }

  @Test
  @DisplayName("What was damaged on its way is asked for and sent again, 1:1 and in a group")
  void damaged() {
    var group = group("Team", ann, ben);
    send(ann, "15550109002", "first");
    send(ann, group.jid().toString(), "first in group");
    for (int damages = 1; damages <= 3; damages++) {
      corrupt(damages);
      send(ann, "15550109002", "damaged " + damages);
      corrupt(1);
      send(ann, group.jid().toString(), "damaged in group " + damages);
    }

    assertThat(ben.notes().stream().map(Note::text))
        .contains("damaged 1", "damaged 2", "damaged 3")
        .contains("damaged in group 1", "damaged in group 2", "damaged in group 3");
    assertThat(ben.notes()).allSatisfy(note -> assertThat(note.copies()).isOne());
    assertThat(scene.world().faults().list()).isEmpty();
    assertThat(scene.world().violations().found()).isEmpty();
  }

  private void corrupt(int count) {
    scene.world().faults().give("corrupt_enc", Optional.of("15550109002:0"), count, Map.of());
  }

  @Test
  @DisplayName("A phone never runs out of prekeys")
  void prekeys() {
    var pool = ben.account().device(0).orElseThrow();
    for (int i = 0; i < 120; i++) {
      var writer = scene.phone("1555020%04d".formatted(i));
      send(writer, "15550109002", "hello " + i);
    }

    assertThat(ben.notes()).hasSize(120);
    assertThat(pool.preKeys().size()).isPositive();
  }

  @Test
  @DisplayName("Writing to nobody is refused with the field")
  void nobody() {
    for (var to : List.of("15550100099", "120363000000000000@g.us", "@@", "")) {
      assertThatThrownBy(() -> ann.sendText(to, "hello"))
          .isInstanceOf(Refused.class)
          .extracting("field")
          .isEqualTo("to");
    }
  }

  private void send(Phone from, String to, String text) {
    scene.run(() -> from.sendText(to, text));
  }

  private Group group(String subject, Phone first, Phone... others) {
    var made = new Group[1];
    scene.run(
        () -> {
          made[0] = scene.world().makeGroup(subject, first.account());
          for (var other : others) {
            made[0].put(other.account(), Group.Role.MEMBER);
          }
        });
    return made[0];
  }
}
