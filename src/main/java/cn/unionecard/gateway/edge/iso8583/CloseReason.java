package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;

/** Why a connection ended; the values of a metric's label. */
enum CloseReason {
  /** The terminal hung up. */
  PEER,
  /** No whole frame for too long. */
  IDLE,
  /** Too many connections, all together or of one address. */
  TOO_MANY,
  FRAME_TOO_LONG,
  FRAME_TOO_SHORT,
  /** The terminal hung up inside a frame. */
  FRAME_CUT,
  /** TPDU or header are none: nobody could be answered. */
  HEAD_UNREADABLE,
  /** Not even the message type can be read, or it is no request. */
  MESSAGE_UNREADABLE,
  /** The connection failed. */
  BROKEN,
  /** The gateway stops. */
  SHUTDOWN;

  static CloseReason of(FormatError error) {
    return switch (error.reason) {
      case FRAME_TOO_LONG -> FRAME_TOO_LONG;
      case FRAME_TOO_SHORT -> FRAME_TOO_SHORT;
      case FRAME_CUT -> FRAME_CUT;
      default ->
          error.field.equals("TPDU") || error.field.equals("header")
              ? HEAD_UNREADABLE
              : MESSAGE_UNREADABLE;
    };
  }
}
