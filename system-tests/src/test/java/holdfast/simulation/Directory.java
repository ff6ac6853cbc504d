package holdfast.simulation;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;

/// Who has which devices, and the keys by which they can be written to.
final class Directory {
  private Directory() {}

  /// The devices of those who are asked for.
  static Element usync(Element iq) {
    var users = new ArrayList<Element>();
    for (var user : iq.requireChild("usync").requireChild("list").children("user")) {
      var own = user.jid("jid").filter(Prepared.OWN_LID::sameUser).isPresent();
      users.add(
          Element.of("user")
              .with("jid", own ? Prepared.OWN_LID : Prepared.CONTACT_LID)
              .with("pn_jid", own ? Prepared.OWN : Prepared.CONTACT)
              .containing(
                  Element.of("devices")
                      .containing(
                          Element.of("device-list")
                              .containing(Element.of("device").with("id", 0)))));
    }
    return Words.result(iq)
        .containing(Element.of("usync").containing(Element.of("list").containing(users)));
  }

  /// The prekeys of those who are asked for.
  static Element bundles(Element iq) {
    var users = new ArrayList<Element>();
    for (var user : iq.requireChild("key").children("user")) {
      var jid = user.requireJid("jid");
      var remote = jid.sameUser(Prepared.CONTACT_LID) ? Prepared.PERSON : Prepared.PHONE;
      users.add(bundle(jid, remote.keys()));
    }
    return Words.result(iq).containing(Element.of("list").containing(users));
  }

  private static Element bundle(Jid jid, Prepared.Keys keys) {
    var signed = keys.signed();
    return Element.of("user")
        .with("jid", jid)
        .containing(
            Element.of("registration").containing(bigEndian(keys.registrationId(), 4)),
            Element.of("type").containing(new byte[] {5}),
            Element.of("identity").containing(keys.identity().publicKey()),
            Element.of("skey")
                .containing(
                    Element.of("id").containing(bigEndian(signed.id(), 3)),
                    Element.of("value").containing(signed.pair().publicKey()),
                    Element.of("signature").containing(signed.signature())));
  }

  static byte[] bigEndian(int number, int length) {
    var all = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    return Arrays.copyOfRange(all, Integer.BYTES - length, Integer.BYTES);
  }
}
