package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.TerminalId;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to play: a gateway, its tills, and the phones of its members.
 *
 * @param gateway {@code https://host:port}
 * @param ca PEM of the authority that signed the gateway's certificate
 * @param terminals tills at merchants that are live
 * @param suspended tills at merchants that have been suspended; may be empty
 * @param codeKeys secrets of the member codes, newest first
 * @param cards active cards
 */
public record Testbed(
    URI gateway,
    String ca,
    List<Terminal> terminals,
    List<Terminal> suspended,
    List<CodeKey> codeKeys,
    List<Card> cards) {

  /**
   * A till.
   *
   * @param certificate PEM, for mutual TLS; null if the till has none and must use tokens
   * @param privateKey PEM (PKCS#8) of the P-256 device key
   * @param pos whether it has a master key, too, so that a POS terminal may stand for it
   */
  public record Terminal(
      TerminalId id, @Nullable String certificate, String privateKey, boolean pos) {
    public Terminal(TerminalId id, @Nullable String certificate, String privateKey) {
      this(id, certificate, privateKey, false);
    }

    @Override
    public String toString() {
      return id.toString();
    }
  }

  /**
   * A card on a phone.
   *
   * @param epoch grows at each activation
   */
  public record Card(CardNo no, long epoch) {}

  public Testbed {
    terminals = List.copyOf(terminals);
    suspended = List.copyOf(suspended);
    codeKeys = List.copyOf(codeKeys);
    cards = List.copyOf(cards);
    if (terminals.isEmpty() || codeKeys.isEmpty() || cards.isEmpty()) {
      throw new IllegalArgumentException("a testbed needs terminals, code keys and cards");
    }
  }
}
