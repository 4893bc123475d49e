package cn.unionecard.gateway.model;

/** How a terminal computes the MAC of its messages. */
public enum MacMode {
  /** UnionPay ECB: all blocks XORed, then encrypted in hexadecimal halves. */
  XOR_ECB,
  /** ANSI X9.19: a DES chain whose last block is encrypted by both keys. */
  X9_19
}
