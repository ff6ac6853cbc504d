package holdfast.sandbox.iq;

import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every namespace that the server answers. What isn't here: `set` gets an empty result, `get` a
/// 501.
public final class IqTable {
  private static final Set<String> KEEP_ALIVES = Set.of("w:p", "urn:xmpp:ping");

  private final World world;
  private final Consequences consequences;
  private final Map<String, Namespace> namespaces = new HashMap<>();

  public IqTable(World world, Consequences consequences) {
    this.world = world;
    this.consequences = consequences;
    namespaces.put("encrypt", new Encrypt());
    namespaces.put("passive", new Passive());
    namespaces.put("w:p", _ -> List.of());
    namespaces.put("urn:xmpp:ping", _ -> List.of());
    namespaces.put("abt", new Props());
    namespaces.put("blocklist", new Blocklist());
    namespaces.put("privacy", new Privacy());
    namespaces.put("usync", new Usync());
    namespaces.put("w:m", new MediaConnection());
    namespaces.put("w:g2", new Groups());
    namespaces.put("w:sync:app:state", new AppState());
    namespaces.put("md", new Companions());
    namespaces.put("w:profile:picture", new Pictures());
    namespaces.put("status", new About());
    namespaces.put("disappearing_mode", new DefaultTimer());
    namespaces.put("w:biz", new Business());
    namespaces.put("w:mex", new Mex());
    namespaces.put("newsletter", new Newsletters());
    namespaces.put("bot", _ -> List.of(Element.of("bot")));
    for (var unanswering :
        List.of(
            "tos",
            "w:qr",
            "urn:xmpp:whatsapp:push",
            "urn:xmpp:whatsapp:account",
            "urn:xmpp:whatsapp:dirty",
            "w:web",
            "w:stats",
            "w:pay",
            "fb:thrift_iq",
            "w:comms:chat",
            "waffle")) {
      namespaces.put(unanswering, _ -> List.of());
    }
  }

  /// The answer to an iq of type get or set; nothing when a fault says so.
  public Optional<Element> answer(Optional<Device> asker, Element iq) {
    var name = iq.attribute("xmlns").orElse("");
    if (asker.filter(device -> isWithheld(device, name)).isPresent()) {
      return Optional.empty();
    }
    var request = new Request(world, consequences, asker, iq);
    try {
      return Optional.of(result(iq).containing(namespace(name, request).answer(request)));
    } catch (IqRefused e) {
      return Optional.of(error(iq, e.code(), String.valueOf(e.getMessage())));
    }
  }

  private boolean isWithheld(Device asker, String name) {
    return world.faults().take("withhold_iqs", asker.key()).isPresent()
        || (KEEP_ALIVES.contains(name)
            && world.faults().take("withhold_pings", asker.key()).isPresent());
  }

  private Namespace namespace(String name, Request request) {
    var known = namespaces.get(name);
    if (known != null) {
      return known;
    }
    return _ -> {
      if (request.isSet()) {
        return List.of();
      }
      throw IqRefused.notImplemented();
    };
  }

  /// An empty result of an iq. From the group for a group's iq, else from the server.
  public static Element result(Element iq) {
    return reply(iq, "result");
  }

  private static Element error(Element iq, int code, String text) {
    return reply(iq, "error").containing(Element.of("error").with("code", code).with("text", text));
  }

  private static Element reply(Element iq, String type) {
    return Element.of("iq")
        .with("from", iq.jid("to").filter(to -> to.isGroup()).orElse(Jid.SERVER))
        .with("type", type)
        .with("id", iq.require("id"));
  }
}
