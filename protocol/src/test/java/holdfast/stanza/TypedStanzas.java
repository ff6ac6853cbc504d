package holdfast.stanza;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;

/// What the tests of typed stanzas speak of, and how they read one.
abstract class TypedStanzas {
  static final Instant AT = Instant.ofEpochSecond(1700000000);
  static final Jid ANN = Jid.phone("15550100001");
  static final Jid ANN_LID = Jid.lid("210000000000001");
  static final Jid GROUP = Jid.of("120363025246125486", Jid.GROUP_SERVER);

  static <S extends Stanza> S read(Class<S> kind, Element element) {
    var stanza = Stanza.of(StanzaCodec.decode(StanzaCodec.encode(element)));
    assertThat(stanza.element()).isEqualTo(element);
    return kind.cast(stanza);
  }

  static void refused(Element element) {
    assertThatThrownBy(() -> Stanza.of(element)).isInstanceOf(MalformedStanza.class);
  }
}
